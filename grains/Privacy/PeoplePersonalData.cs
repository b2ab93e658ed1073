using System.Text.Json.Nodes;
using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Storage;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Privacy;

/// <summary>Who mentioned somebody.</summary>
internal sealed class InboxPersonalData(IServiceProvider services) : IPersonalData
{
    public string Section => "inbox";

    public async Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken)
    {
        var mentions = await Of(user).ListAsync().WaitAsync(cancellationToken);
        return mentions.Length == 0
            ? null
            : new JsonArray([.. mentions.Select(mention => new JsonObject
            {
                ["room"] = mention.Room.Value,
                ["seq"] = mention.Seq,
                ["by"] = mention.By.User.Value,
                ["name"] = mention.By.Name,
                ["text"] = mention.Text,
                ["at"] = mention.At,
            })]);
    }

    public Task EraseAsync(UserId user, CancellationToken cancellationToken) =>
        Of(user).EraseAsync().WaitAsync(cancellationToken);

    private IInboxGrain Of(UserId user) =>
        services.GetRequiredService<IGrainFactory>().GetGrain<IInboxGrain>(user.Value);
}

/// <summary>Roles, bans and mutes in communities.</summary>
internal sealed class MembershipsPersonalData(ICatalogueStore catalogue, IServiceProvider services) : IPersonalData
{
    private const int PageLimit = 500;

    public string Section => "memberships";

    public async Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken)
    {
        var standings = new JsonArray();
        await foreach (var (id, community) in CommunitiesAsync(cancellationToken))
            if ((await community.GetStandingsAsync([user]))[0] is var standing && standing != Standing.Visitor)
                standings.Add(new JsonObject
                {
                    ["community"] = id,
                    ["role"] = $"{standing.Role}",
                    ["bannedUntil"] = standing.BannedUntil,
                    ["banReason"] = standing.BanReason,
                    ["mutedUntil"] = standing.MutedUntil,
                    ["muteReason"] = standing.MuteReason,
                });
        return standings.Count > 0 ? standings : null;
    }

    public async Task EraseAsync(UserId user, CancellationToken cancellationToken)
    {
        await foreach (var (_, community) in CommunitiesAsync(cancellationToken)) await community.EraseAsync(user);
    }

    private async IAsyncEnumerable<(string Id, ICommunityMembersGrain Members)> CommunitiesAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var grains = services.GetRequiredService<IGrainFactory>();
        for (var after = 0L; ;)
        {
            var page = await catalogue.ListAsync(
                new(CatalogueKind.Community, after, PageLimit), cancellationToken);
            if (page.Count == 0) yield break;
            after = page[^1].Revision;
            foreach (var entry in page)
                yield return (entry.Id, grains.GetGrain<ICommunityMembersGrain>(entry.Id));
        }
    }
}
