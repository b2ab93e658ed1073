using System.Text.Json;
using System.Text.Json.Nodes;
using Engage.Contracts;
using Engage.Contracts.Economy;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Economy;

/// <summary>Points, streak and settings of a person. The ledger's postings are the ledger's to export.</summary>
internal sealed class PointsPersonalData(IServiceProvider services) : IPersonalData
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public string Section => "points";

    public async Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken) =>
        JsonSerializer.SerializeToNode(
            await Points(user).GetAsync().WaitAsync(cancellationToken), Options);

    public Task EraseAsync(UserId user, CancellationToken cancellationToken) =>
        Points(user).EraseAsync().WaitAsync(cancellationToken);

    // The engine is registered after the grains' own services.
    private IPointsGrain Points(UserId user) =>
        services.GetRequiredService<IGrainFactory>().GetGrain<IPointsGrain>(user.Value);
}
