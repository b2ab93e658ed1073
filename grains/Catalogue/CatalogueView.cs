using System.Collections.Concurrent;
using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Rooms;
using Engage.Storage;

namespace Engage.Grains.Catalogue;

/// <summary>
/// This silo's copy of all definitions in memory, because every event and every feed item needs one. It follows the
/// catalogue's revisions: at once what is created on this silo, and what is created elsewhere when its follower looks
/// or when somebody asks for what is not here yet.
/// </summary>
public sealed class CatalogueView(ICatalogueStore store)
{
    private const int PageLimit = 1_000;
    private readonly ConcurrentDictionary<string, Content> _contents = [];
    private readonly ConcurrentDictionary<string, Creator> _creators = [];
    private readonly ConcurrentDictionary<string, Community> _communities = [];
    private readonly ConcurrentDictionary<string, Room> _rooms = [];
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<CommunityId, byte>> _communitiesOf = [];
    private readonly List<(long Revision, Content Content)> _contentsInOrder = [];
    private readonly Lock _gate = new();
    private Task _refreshing = Task.CompletedTask;
    private Task? _next;
    private long _revision;

    /// <summary>The newest revision followed.</summary>
    public long Revision => Interlocked.Read(ref _revision);

    public Content? Find(ContentId id) => _contents.GetValueOrDefault(id.Value);
    public Creator? Find(CreatorId id) => _creators.GetValueOrDefault(id.Value);
    public Community? Find(CommunityId id) => _communities.GetValueOrDefault(id.Value);
    public Room? Find(RoomId id) => _rooms.GetValueOrDefault(id.Value);

    /// <returns>Where the creator is, or has a content or room; each once.</returns>
    public IEnumerable<CommunityId> CommunitiesOf(CreatorId creator) =>
        _communitiesOf.TryGetValue(creator.Value, out var found) ? found.Keys : [];

    /// <summary>Contents of later revisions than the given one, in their order.</summary>
    public IReadOnlyList<Content> ContentsAfter(long revision)
    {
        lock (_contentsInOrder)
        {
            var first = _contentsInOrder.Count;
            while (first > 0 && _contentsInOrder[first - 1].Revision > revision) first--;
            return [.. _contentsInOrder[first..].Select(entry => entry.Content)];
        }
    }

    /// <summary>
    /// Reads what is new in the store; afterwards all that was written before the call is here. Callers that come while
    /// one read is under way share the next, so that a crowd asking for unknown ids costs one query after another.
    /// </summary>
    public Task RefreshAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _next ??= ReadNextAsync(_refreshing);
            return _next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Fills in the creator and community that follow from an event's content.</summary>
    /// <returns>The completed event, or what is wrong with its ids.</returns>
    public (ActivityEvent? Completed, string? Error) Complete(ActivityEvent activity)
    {
        if (activity.Content is { } id)
        {
            if (Find(id) is not { } content) return (null, Missing("content", id.Value, "contents"));
            if (activity.Creator is { } creator && creator != content.Creator)
                return (null, $"creator: '{creator}' does not own content '{id}'; "
                    + $"expected '{content.Creator}', or leave it out");
            if (activity.Community is { } community && community != content.Community)
                return (null, $"community: '{community}' does not hold content '{id}'; "
                    + $"expected '{content.Community}', or leave it out");
            return (activity with { Creator = content.Creator, Community = content.Community }, null);
        }
        if (activity.Creator is { } k && Find(k) is null) return (null, Missing("creator", k.Value, "creators"));
        if (activity.Community is { } g && Find(g) is null) return (null, Missing("community", g.Value, "communities"));
        return (activity, null);
    }

    private static string Missing(string field, string id, string path) =>
        $"{field}: '{id}' is not in the catalogue; create it with POST /v1/{path}";

    private async Task ReadNextAsync(Task running)
    {
        // The one before may fail; that is its callers' business. Yields, so that it is registered before it begins.
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_gate) (_refreshing, _next) = (_next!, null);

        IReadOnlyList<CatalogueEntry> page;
        do
        {
            page = await store.ListAsync(new(null, Revision, PageLimit), CancellationToken.None).ConfigureAwait(false);
            foreach (var entry in page) Follow(entry);
            if (page.Count > 0) Interlocked.Exchange(ref _revision, page[^1].Revision);
        }
        while (page.Count == PageLimit);
    }

    private void Follow(CatalogueEntry entry)
    {
        switch (entry.Kind)
        {
            case CatalogueKind.Content:
                var content = _contents[entry.Id] = CatalogueJson.Read<Content>(entry);
                lock (_contentsInOrder) _contentsInOrder.Add((entry.Revision, content));
                Place(content.Creator, content.Community);
                break;
            case CatalogueKind.Creator:
                var creator = _creators[entry.Id] = CatalogueJson.Read<Creator>(entry);
                foreach (var community in creator.Communities) Place(creator.Id, community);
                break;
            case CatalogueKind.Community: _communities[entry.Id] = CatalogueJson.Read<Community>(entry); break;
            case CatalogueKind.Room:
                var room = _rooms[entry.Id] = CatalogueJson.Read<Room>(entry);
                Place(room.Creator, room.Community);
                break;
            default:
                throw new InvalidOperationException(
                    $"Catalogue revision {entry.Revision}: kind {entry.Kind} is not known to this version.");
        }
    }

    private void Place(CreatorId creator, CommunityId community) =>
        _communitiesOf.GetOrAdd(creator.Value, static _ => []).TryAdd(community, 0);
}

/// <summary>How definitions are stored.</summary>
internal static class CatalogueJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static byte[] Write<T>(T definition) => JsonSerializer.SerializeToUtf8Bytes(definition, Options);

    public static T Read<T>(CatalogueEntry entry) =>
        JsonSerializer.Deserialize<T>(entry.Body.Span, Options)
        ?? throw new JsonException(
            $"Catalogue {entry.Kind} '{entry.Id}', revision {entry.Revision}: the stored definition is null.");
}
