namespace Engage.Recommend;

/// <summary>
/// Immutable view of one user at one moment. The three Recent arrays are parallel, oldest first, at most
/// <see cref="UserInterest.RecentMax"/> long.
/// </summary>
/// <param name="RecentItems">Ids of the items engaged with, each once.</param>
/// <param name="RecentWeights">Weight of each engagement, positive; 1 is an ordinary one.</param>
/// <param name="RecentAtMs">Unix time in milliseconds of each engagement.</param>
/// <param name="Seen">Ids never to be recommended: had or dismissed, in no particular order.</param>
/// <param name="FollowedCreators">Ids of creators the user follows.</param>
public sealed record UserContext(
    string[] RecentItems, float[] RecentWeights, long[] RecentAtMs, string[] Seen, string[] FollowedCreators)
{
    /// <summary>A user of whom nothing is known.</summary>
    public static UserContext Empty { get; } = new([], [], [], [], []);

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
}
