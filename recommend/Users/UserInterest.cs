using System.Text.Json;

namespace Engage.Recommend;

/// <summary>A first engagement of a user with an item, as <see cref="UserInterest"/> remembers it.</summary>
/// <param name="Offset">Journal offset of the event, increasing within one user.</param>
public readonly record struct RecentEngagement(string Item, float Weight, long AtMs, long Offset) : IStoredValue
{
    void IStoredValue.WriteTo(Utf8JsonWriter writer, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString(nameof(Item), Item);
        writer.WriteNumber(nameof(Weight), Weight);
        writer.WriteNumber(nameof(AtMs), AtMs);
        writer.WriteNumber(nameof(Offset), Offset);
        writer.WriteEndObject();
    }
}

/// <summary>How often an item was shown to a user, and when last.</summary>
public sealed record ShownCount(int Times, long LastAtMs);

/// <summary>
/// The mutable interest of one user, owned by one actor. Everything is bounded. Properties have setters for the sake of
/// System.Text.Json alone; change the state through the methods. Collections are made when first asked for: a million
/// users who only look cost none.
/// </summary>
/// <remarks>
/// An item enters <see cref="Recent"/> at its first engagement and stays at that place: later engagements with it feed
/// the trends, not the sequence. That keeps <see cref="Before"/> exact.
/// </remarks>
public sealed class UserInterest
{
    /// <summary>Most engagements in a <see cref="UserContext"/>. Older ones still count as had.</summary>
    public const int RecentMax = 64;

    /// <summary>Engagements kept beyond <see cref="RecentMax"/>, so that <see cref="Before"/> can step back that many
    /// events without losing the tail of the context.</summary>
    public const int RebuildMax = 64;

    /// <summary>Most had and most dismissed items remembered; past it the oldest may be recommended again.</summary>
    public const int SeenMax = 8192;

    /// <summary>Most followed creators; past it the oldest is dropped.</summary>
    public const int FollowedMax = 512;

    /// <summary>Most items whose impressions are counted; past it the longest unshown is dropped.</summary>
    public const int ShownMax = 256;

    private InterestLog? _log;
    private UserContext? _current;
    private UserContext? _withShown;

    /// <summary>First engagements, oldest first.</summary>
    public Newest<RecentEngagement> Recent { get => field ??= []; set; }

    /// <summary>Items had, with the journal offset of the first engagement.</summary>
    public Dictionary<string, long> Had { get => field ??= new(StringComparer.Ordinal); set; }

    /// <summary>Items dismissed, oldest first.</summary>
    public List<string> Dismissed { get => field ??= []; set; }

    /// <summary>Creators followed, oldest first.</summary>
    public List<string> Followed { get => field ??= []; set; }

    /// <summary>Journal offsets of the dismissals; from an older version some have none, which counts as 0.</summary>
    public Dictionary<string, long> DismissedAt { get => field ??= new(StringComparer.Ordinal); set; }

    /// <summary>Journal offsets of the follows; as <see cref="DismissedAt"/>.</summary>
    public Dictionary<string, long> FollowedAt { get => field ??= new(StringComparer.Ordinal); set; }

    /// <summary>Impressions by item.</summary>
    public Dictionary<string, ShownCount> Shown { get => field ??= new(StringComparer.Ordinal); set; }

    private InterestLog Log => _log ??= new(this);

    /// <summary>Records an engagement.</summary>
    /// <returns>True at the first engagement with this item: an outcome to learn from.</returns>
    public bool Engage(string item, float weight, long atMs, long offset)
    {
        ArgumentException.ThrowIfNullOrEmpty(item);
        if (!Had.TryAdd(item, offset))
            return false;
        Recent.Add(new(item, weight, atMs, offset), RecentMax + RebuildMax);
        _log?.Engage(item, weight, atMs, offset);
        if (Had.Count > SeenMax)
            Had.Remove(Log.DropOldestHad());
        Shown.Remove(item);
        (_current, _withShown) = (null, null);
        return true;
    }

    /// <summary>Excludes an item for good.</summary>
    /// <param name="offset">Journal offset of the event, increasing within one user; 0 is always known.</param>
    public void Dismiss(string item, long offset = 0)
    {
        if (!TryAddBounded(Dismissed, DismissedAt, item, offset, SeenMax, out var dropped))
            return;
        _log?.Dismiss(item, offset);
        if (dropped)
            _log?.DropOldestDismissed();
    }

    /// <summary>Follows a creator.</summary>
    /// <param name="offset">As of <see cref="Dismiss"/>.</param>
    public void Follow(string creator, long offset = 0) =>
        TryAddBounded(Followed, FollowedAt, creator, offset, FollowedMax, out _);

    /// <summary>Follows a creator no more.</summary>
    public void Unfollow(string creator)
    {
        if (!Followed.Remove(creator))
            return;
        FollowedAt.Remove(creator);
        (_current, _withShown) = (null, null);
    }

    /// <summary>Counts an impression.</summary>
    public void Show(string item, long atMs)
    {
        ArgumentException.ThrowIfNullOrEmpty(item);
        var times = Shown.TryGetValue(item, out var shown) ? shown.Times : 0;
        Shown[item] = new(times + 1, atMs);
        if (Shown.Count > ShownMax)
            Shown.Remove(Shown.MinBy(entry => entry.Value.LastAtMs).Key);
        _withShown = null;
    }

    /// <summary>The context as it is now, with what was shown and not taken: for asking, not for learning.</summary>
    public UserContext CurrentWithShown() => _withShown ??= Shown.Count == 0 ? Current() : Current() with
    {
        ShownItems = [.. Shown.Keys],
        ShownTimes = [.. Shown.Values.Select(shown => shown.Times)],
        ShownAtMs = [.. Shown.Values.Select(shown => shown.LastAtMs)],
    };

    /// <summary>The context as it is now; the same object until something changes.</summary>
    public UserContext Current() => _current ??= Build(Recent.Count, long.MaxValue);

    /// <summary>
    /// The context as it was just before the event at <paramref name="offset"/>: without what it and all later ones
    /// added. What was taken away since - who is followed no more, the oldest of too many - does not come back.
    /// </summary>
    /// <returns>
    /// Null when the engagements before it are no longer all known: what is left would look like a newer user.
    /// </returns>
    public UserContext? Before(long offset)
    {
        var count = Recent.Count;
        while (count > 0 && Recent[count - 1].Offset >= offset)
            count--;
        if (count == Recent.Count && LastOf(Dismissed, DismissedAt) < offset && LastOf(Followed, FollowedAt) < offset)
            return Current();
        // More items had than engagements kept: the oldest of these were dropped.
        return count < RecentMax && count < Recent.Count && Had.Count > Recent.Count ? null : Build(count, offset);
    }

    private UserContext Build(int count, long before) =>
        Log.Context(count, before, Followed.Count == 0 ? [] : FollowedBefore(before));

    private string[] FollowedBefore(long before) =>
        [.. Followed.Where(creator => FollowedAt.GetValueOrDefault(creator) < before)];

    // Offsets increase, so the last is the highest.
    private static long LastOf(List<string> list, Dictionary<string, long> offsets) =>
        list.Count == 0 ? -1 : offsets.GetValueOrDefault(list[^1]);

    /// <param name="dropped">Whether the oldest had to go.</param>
    /// <returns>False if it was there.</returns>
    private bool TryAddBounded(
        List<string> list, Dictionary<string, long> offsets, string id, long offset, int max, out bool dropped)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        dropped = false;
        if (list.Contains(id))
            return false;
        list.Add(id);
        if (offset > 0)
            offsets[id] = offset;
        dropped = list.Count > max;
        if (dropped)
        {
            offsets.Remove(list[0]);
            list.RemoveAt(0);
        }
        (_current, _withShown) = (null, null);
        return true;
    }
}
