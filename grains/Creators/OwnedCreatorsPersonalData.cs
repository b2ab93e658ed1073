using System.Text.Json.Nodes;
using Engage.Contracts;
using Engage.Contracts.Creators;
using Engage.Storage;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Creators;

/// <summary>In whose name somebody may act. Nobody acts for a creator any more who is gone.</summary>
internal sealed class OwnedCreatorsPersonalData(ICatalogueStore catalogue, IServiceProvider services) : IPersonalData
{
    private const int PageLimit = 500;

    public string Section => "creators";

    public async Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken)
    {
        var owned = new JsonArray();
        foreach (var id in await CreatorsAsync(cancellationToken))
            if (await Of(id).IsOwnerAsync(user).WaitAsync(cancellationToken)) owned.Add(id);
        return owned.Count > 0 ? owned : null;
    }

    public async Task EraseAsync(UserId user, CancellationToken cancellationToken)
    {
        foreach (var id in await CreatorsAsync(cancellationToken))
            await Of(id).RevokeAsync(user).WaitAsync(cancellationToken);
    }

    private ICreatorAccessGrain Of(string creator) =>
        services.GetRequiredService<IGrainFactory>().GetGrain<ICreatorAccessGrain>(creator);

    private async Task<List<string>> CreatorsAsync(CancellationToken cancellationToken)
    {
        var creators = new List<string>();
        for (var after = 0L; ;)
        {
            var page = await catalogue.ListAsync(new(CatalogueKind.Creator, after, PageLimit), cancellationToken);
            if (page.Count == 0) return creators;
            after = page[^1].Revision;
            creators.AddRange(page.Select(entry => entry.Id));
        }
    }
}
