using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Creators;
using Engage.Grains.Catalogue;
using Engage.Storage;

namespace Engage.Grains.Creators;

internal sealed class CreatorGrain(
    [PersistentState("creator")] IPersistentState<CreatorState> state,
    ICatalogueStore store,
    CatalogueView view,
    TimeProvider time)
    : CataloguedGrain<Creator, CreatorState>(state, store, view), ICreatorGrain, ICreatorBoardGrain
{
    private readonly ActiveRooms _rooms = new();

    public async Task<CreatorBoard?> GetBoardAsync(long curveFrom)
    {
        if (await FindAsync() is null)
        {
            DeactivateOnIdle();
            return null;
        }
        var now = time.GetUtcNow();
        return new()
        {
            Totals = new(
                Of(ActivityKind.Impression), Of(ActivityKind.Clicked), Of(ActivityKind.Viewed),
                Of(ActivityKind.Enrolled), Of(ActivityKind.Purchased), State.Figures.Converted),
            Sales = State.Figures.Sales,
            Contents = [.. TopContents()],
            Curve = State.Figures.Curve(curveFrom, now.ToUnixTimeSeconds()),
            Rooms = _rooms.Current(now),
        };
    }

    public Task RoomActiveAsync(RoomId room)
    {
        _rooms.Hear(room, time.GetUtcNow());
        return Task.CompletedTask;
    }

    protected override Creator? Find(string id) => View.Find(new CreatorId(id));

    protected override string? MissingReference(Creator definition)
    {
        foreach (var community in definition.Communities)
            if (View.Find(community) is null)
                return $"communities: '{community}' is not in the catalogue; create it with POST /v1/communities";
        return null;
    }

    protected override CatalogueEntry ToEntry(Creator definition) =>
        new(CatalogueKind.Creator, definition.Id.Value, 0, null, null, CatalogueJson.Write(definition));

    /// <summary>A sale needs its currency, and its content may have been catalogued on another silo.</summary>
    protected override Task PrepareAsync(JournalBatch batch) =>
        Array.Exists(batch.Events, journaled =>
            journaled.Event is { Kind: ActivityKind.Purchased, Content: { } content } && View.Find(content) is null)
            ? View.RefreshAsync(CancellationToken.None)
            : Task.CompletedTask;

    protected override void Apply(JournalPosition position, ActivityEvent activity) =>
        State.Figures.Apply(position.Partition, activity, CurrencyOf(activity));

    private long Of(ActivityKind kind) => State.Counters[kind];

    private string? CurrencyOf(ActivityEvent activity) =>
        ActivityAttributes.CurrencyOf(activity)
        ?? (activity.Content is { } id ? View.Find(id)?.Price?.Currency : null);

    private IEnumerable<ContentBoard> TopContents() => State.Figures.Contents
        .OrderByDescending(content => Weight(content.Value))
        .ThenByDescending(content => content.Value.Shown)
        .ThenBy(content => content.Key, StringComparer.Ordinal)
        .Select(content => (Definition: View.Find(new ContentId(content.Key)), Figures: content.Value))
        .Where(content => content.Definition is not null)
        .Take(CreatorBoard.ContentsMax)
        .Select(content => new ContentBoard(content.Definition!.Id, content.Definition.Title, content.Figures));

    private static long Weight(in BoardFigures figures) =>
        figures.Clicked + figures.Viewed + figures.Enrolled + figures.Purchased;
}
