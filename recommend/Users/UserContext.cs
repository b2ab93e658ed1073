namespace Engage.Recommend;

/// <summary>
/// Immutable view of one user at one moment. The three Recent lists are parallel, oldest first, at most
/// <see cref="UserInterest.RecentMax"/> long.
/// </summary>
/// <param name="RecentItems">Ids of the items engaged with, each once.</param>
/// <param name="RecentWeights">Weight of each engagement, positive; 1 is an ordinary one.</param>
/// <param name="RecentAtMs">Unix time in milliseconds of each engagement.</param>
/// <param name="Had">Ids of all items engaged with, in no particular order: never to be recommended.</param>
/// <param name="Dismissed">Ids of items that the user does not want, nor is to see again.</param>
/// <param name="FollowedCreators">Ids of creators the user follows.</param>
public sealed record UserContext(
    ReadOnlyMemory<string> RecentItems, ReadOnlyMemory<float> RecentWeights, ReadOnlyMemory<long> RecentAtMs,
    ReadOnlyMemory<string> Had, ReadOnlyMemory<string> Dismissed, string[] FollowedCreators)
{
    /// <summary>Of a user who dismissed nothing.</summary>
    public UserContext(
        string[] recentItems, float[] recentWeights, long[] recentAtMs, string[] had, string[] followedCreators)
        : this(recentItems, recentWeights, recentAtMs, had, default, followedCreators)
    {
    }

    /// <summary>A user of whom nothing is known.</summary>
    public static UserContext Empty { get; } = new([], [], [], [], []);

    /// <summary>Items had or dismissed; one that was both counts twice.</summary>
    public int SeenCount => Had.Length + Dismissed.Length;

    /// <summary>
    /// Ids of items that the user owns: not to be recommended either, but nothing that she did, and so no part of what
    /// the models read of her.
    /// </summary>
    public string[] OwnedItems { get; init; } = [];

    /// <summary>Ids of items shown and not taken; parallel to the other two.</summary>
    public string[] ShownItems { get; init; } = [];

    /// <summary>How often each was shown.</summary>
    public int[] ShownTimes { get; init; } = [];

    /// <summary>Unix time in milliseconds at which each was shown last.</summary>
    public long[] ShownAtMs { get; init; } = [];

    /// <summary>Whether an item was had or dismissed.</summary>
    public bool HasSeen(string item) => Had.Span.Contains(item) || Dismissed.Span.Contains(item);
}
