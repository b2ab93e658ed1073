using System.Text.Json.Nodes;
using Engage.Contracts;
using Engage.Contracts.Creators;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Privacy;

/// <summary>Creators that somebody owns: nobody who is gone acts for one. Her communities are memberships.</summary>
internal sealed class OwnershipsPersonalData(IServiceProvider services) : IPersonalData
{
    public string Section => "ownerships";

    public async Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken)
    {
        var owned = await Of(user).GetAsync().WaitAsync(cancellationToken);
        return owned.Creators.Length == 0
            ? null
            : new JsonObject
            {
                ["creators"] = new JsonArray([.. owned.Creators.Select(each => JsonValue.Create(each.Value))]),
            };
    }

    public async Task EraseAsync(UserId user, CancellationToken cancellationToken)
    {
        var grains = services.GetRequiredService<IGrainFactory>();
        foreach (var creator in (await Of(user).GetAsync().WaitAsync(cancellationToken)).Creators)
            await grains.GetGrain<ICreatorAccessGrain>(creator.Value).RevokeAsync(user).WaitAsync(cancellationToken);
        await Of(user).EraseAsync().WaitAsync(cancellationToken);
    }

    private IOwnershipsGrain Of(UserId user) =>
        services.GetRequiredService<IGrainFactory>().GetGrain<IOwnershipsGrain>(user.Value);
}
