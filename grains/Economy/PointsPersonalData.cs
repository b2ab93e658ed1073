using System.Text.Json;
using System.Text.Json.Nodes;
using Engage.Contracts;
using Engage.Contracts.Economy;
using Engage.Storage.Privacy;

namespace Engage.Grains.Economy;

/// <summary>Points, streak and settings of a person. The ledger's postings are the ledger's to export.</summary>
internal sealed class PointsPersonalData(IGrainFactory grains) : IPersonalData
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public string Section => "points";

    public async Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken) =>
        JsonSerializer.SerializeToNode(
            await Points(user).GetAsync().WaitAsync(cancellationToken), Options);

    public Task EraseAsync(UserId user, CancellationToken cancellationToken) =>
        Points(user).EraseAsync().WaitAsync(cancellationToken);

    private IPointsGrain Points(UserId user) => grains.GetGrain<IPointsGrain>(user.Value);
}
