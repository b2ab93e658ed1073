using System.Collections.Concurrent;
using Engage.Neural;

namespace Engage.Recommend;

/// <summary>What an item is: its creator's index, -1 when unknown.</summary>
/// <param name="Gap">Of no meaning, as <paramref name="Gap2"/>: see <see cref="ModelState"/>.</param>
internal readonly record struct ItemFacts(int Creator, bool Profiled, byte Gap = 0, ushort Gap2 = 0);

/// <summary>
/// Ids outside, dense numbers inside. Numbers are given in order of first appearance and never change, so a snapshot
/// may share the dictionary with the writer: a number it has no row for is an item it does not know yet.
/// </summary>
/// <param name="pages">Numbers the views of what is frozen.</param>
internal sealed class Catalogue(PageClock? pages = null)
{
    private readonly ConcurrentDictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _creators = new(StringComparer.Ordinal);
    private readonly PagedTable<string> _ids = new(1, 8);
    private readonly PagedTable<string> _creatorIds = new(1, 8);
    private readonly PagedTable<ItemStats> _stats = new(1, 6, pages);
    private readonly PagedTable<ItemFacts> _facts = new(1, 8);
    private readonly PagedTable<NewestItems> _byCreator = new(1, 6);
    private NewestItems _newest = NewestItems.Empty;
    private CatalogueView? _live;

    public int Count => _ids.Count;

    /// <summary>One for as long as nothing is added: each event that is learned asks for it.</summary>
    public CatalogueView Live => _live ??=
        new(_indexes, _creators, _ids.Live, _creatorIds.Live, _stats.Live, _facts.Live, _byCreator.Live, _newest);

    public CatalogueView Freeze() =>
        new(_indexes, _creators, _ids.Freeze(), _creatorIds.Freeze(), _stats.Freeze(), _facts.Freeze(),
            _byCreator.Freeze(), _newest);

    public ref ItemStats Stats(int item) => ref _stats.Writable(item)[0];

    /// <summary>The number of an item, given now when it is new.</summary>
    public int IndexOf(string item, long nowMs)
    {
        ArgumentException.ThrowIfNullOrEmpty(item);
        if (_indexes.TryGetValue(item, out var index))
            return index;
        index = Count;
        _live = null;
        _ids.GrowTo(index + 1);
        _stats.GrowTo(index + 1);
        _facts.GrowTo(index + 1);
        _ids.Writable(index)[0] = item;
        _stats.Writable(index)[0] = new()
        {
            FirstEvent = -1, LastEvent = -1, BornAtMs = nowMs, Gap = 0,
        };
        _facts.Writable(index)[0] = new(-1, false);
        _indexes[item] = index;
        return index;
    }

    /// <summary>Takes in what is known of an item.</summary>
    public int Describe(ItemProfile profile)
    {
        var item = IndexOf(profile.Item, profile.PublishedAtMs);
        var creator = profile.Creator.Length == 0 ? -1 : CreatorIndexOf(profile.Creator);
        var before = _facts.Row(item)[0];
        if (before.Profiled && before.Creator == creator && _stats.Row(item)[0].BornAtMs == profile.PublishedAtMs)
            return item;
        _live = null;
        _facts.Writable(item)[0] = new(creator, true);
        var bornBefore = _stats.Row(item)[0].BornAtMs;
        _stats.Writable(item)[0].BornAtMs = profile.PublishedAtMs;
        _newest = (before.Profiled ? _newest.Without(item, bornBefore) : _newest).With(item, profile.PublishedAtMs);
        if (before.Creator >= 0)
            _byCreator.Writable(before.Creator)[0] = _byCreator.Row(before.Creator)[0].Without(item, bornBefore);
        if (creator >= 0)
            _byCreator.Writable(creator)[0] = _byCreator.Row(creator)[0].With(item, profile.PublishedAtMs);
        return item;
    }

    public void Carry(ModelState state)
    {
        var (ids, creators) = (_ids.Live.ToArray(), _creatorIds.Live.ToArray());
        state.Strings("catalogue.ids", ref ids);
        state.Strings("catalogue.creators", ref creators);
        if (state.Loading)
        {
            foreach (var id in ids)
                IndexOf(id, 0);
            foreach (var creator in creators)
                CreatorIndexOf(creator);
        }

        state.Table("catalogue.stats", _stats);
        state.Table("catalogue.facts", _facts);
        if (state.Loading)
            SortByAge();
    }

    /// <summary>Who is newest follows from the rest, so it is not saved.</summary>
    private void SortByAge()
    {
        (int Item, long BornAtMs)[] described =
        [
            .. Enumerable.Range(0, Count).Where(item => _facts.Row(item)[0].Profiled)
                .Select(item => (item, _stats.Row(item)[0].BornAtMs)),
        ];
        (_newest, _live) = (NewestItems.Of(described), null);
        foreach (var own in described.GroupBy(entry => _facts.Row(entry.Item)[0].Creator))
            if (own.Key >= 0)
                _byCreator.Writable(own.Key)[0] = NewestItems.Of(own);
    }

    private int CreatorIndexOf(string creator)
    {
        if (_creators.TryGetValue(creator, out var index))
            return index;
        index = _creatorIds.Count;
        _live = null;
        _creatorIds.GrowTo(index + 1);
        _byCreator.GrowTo(index + 1);
        _creatorIds.Writable(index)[0] = creator;
        _byCreator.Writable(index)[0] = NewestItems.Empty;
        _creators[creator] = index;
        return index;
    }
}

/// <summary>The catalogue at one moment.</summary>
internal sealed class CatalogueView(
    ConcurrentDictionary<string, int> indexes, ConcurrentDictionary<string, int> creators, PagedRows<string> ids,
    PagedRows<string> creatorIds, PagedRows<ItemStats> stats, PagedRows<ItemFacts> facts,
    PagedRows<NewestItems> byCreator, NewestItems newest)
{
    public int Count => ids.Count;

    /// <summary>Described items, newest first.</summary>
    public NewestItems Newest => newest;

    public string Id(int item) => ids.At(item);

    public string CreatorId(int creator) => creatorIds.At(creator);

    public ref readonly ItemStats Stats(int item) => ref stats.At(item);

    public ItemFacts Facts(int item) => facts.At(item);

    /// <summary>A creator's newest items, newest first.</summary>
    public NewestItems NewestOf(int creator) => byCreator.At(creator);

    /// <summary>The item's number, -1 when it is not known at this moment.</summary>
    public int Find(string item) => indexes.TryGetValue(item, out var index) && index < Count ? index : -1;

    /// <summary>The creator's number, -1 when it is not known at this moment.</summary>
    public int FindCreator(string creator) =>
        creators.TryGetValue(creator, out var index) && index < creatorIds.Count ? index : -1;
}
