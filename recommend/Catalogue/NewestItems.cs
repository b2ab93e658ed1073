using System.Collections.Immutable;

namespace Engage.Recommend;

/// <summary>
/// Described items, newest first; of equal age the lower number first. Immutable, so that snapshots keep theirs.
/// </summary>
/// <remarks>
/// Whole and not the newest few: the recommender knows no clock, and items that are scheduled for later would push out
/// those that are there now, for good.
/// </remarks>
internal sealed class NewestItems
{
    public static readonly NewestItems Empty = new([]);

    private readonly ImmutableSortedSet<(long Age, int Item)> _items;

    private NewestItems(ImmutableSortedSet<(long Age, int Item)> items) => _items = items;

    public int Count => _items.Count;

    public int this[int place] => _items[place].Item;

    public NewestItems With(int item, long bornAtMs) => new(_items.Add((-bornAtMs, item)));

    /// <param name="bornAtMs">What it was added with.</param>
    public NewestItems Without(int item, long bornAtMs) => new(_items.Remove((-bornAtMs, item)));

    /// <summary>Place of the newest item that was there at a time; <see cref="Count"/> if none was.</summary>
    public int PlaceAt(long nowMs)
    {
        var place = _items.IndexOf((-nowMs, -1));
        return place < 0 ? ~place : place;
    }

    public static NewestItems Of(IEnumerable<(int Item, long BornAtMs)> items) =>
        new([.. items.Select(entry => (-entry.BornAtMs, entry.Item))]);
}
