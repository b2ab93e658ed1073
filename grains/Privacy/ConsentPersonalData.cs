using System.Text.Json;
using System.Text.Json.Nodes;
using Engage.Contracts;
using Engage.Contracts.Privacy;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Privacy;

/// <summary>What somebody decided about herself. It is erased with her figures, which it is stored with.</summary>
internal sealed class ConsentPersonalData(IServiceProvider services) : IPersonalData
{
    public string Section => "consent";

    public async Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken)
    {
        var consent = await services.GetRequiredService<IGrainFactory>().GetGrain<IConsentGrain>(user.Value).GetAsync()
            .WaitAsync(cancellationToken);
        return new JsonObject
        {
            ["personalization"] = consent.Allows(Purposes.Personalization),
            ["analytics"] = consent.Allows(Purposes.Analytics),
            ["marketing"] = consent.Allows(Purposes.Marketing),
            ["decidedAt"] = consent.DecidedAt,
            ["history"] = new JsonArray([.. consent.History.Select(change => new JsonObject
            {
                ["at"] = change.At,
                ["purpose"] = Word(change.Purpose),
                ["given"] = change.Given,
                ["source"] = Word(change.Source),
            })]),
        };
    }

    public Task EraseAsync(UserId user, CancellationToken cancellationToken) => Task.CompletedTask;

    private static string Word<T>(T member) where T : struct, Enum =>
        JsonNamingPolicy.CamelCase.ConvertName($"{member}");
}
