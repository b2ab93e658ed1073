using Engage.Contracts.Activity;
using Engage.Contracts.Recommending;

namespace Engage.Grains.Users;

/// <summary>One action, and where in the journal it stands.</summary>
public sealed record StoredAction(
    ActivityKind Kind, string? Content, string? Creator, float? Value, long AtMs, long Offset)
{
    internal RecentAction ToView() => new(Kind, Content, Creator, Value, AtMs);
}

/// <summary>
/// A user's last actions. Twice as many are kept as are looked at, so that what was known before an event can be told
/// again after a crash: exactly for as many actions as the second half holds, and not at all for older ones.
/// </summary>
internal static class ActionLog
{
    /// <summary>
    /// Actions that the models look at (<see cref="Recommend.OutlookOptions.HistoryNeeded"/> by default): one more than
    /// they take steps, because how long before the first step the user had acted is part of it.
    /// </summary>
    public const int HistoryMax = 17;

    private const int KeptMax = 2 * HistoryMax;

    /// <summary>What is shown is done to a user, not by her.</summary>
    public static bool IsAction(ActivityKind kind) => kind != ActivityKind.Impression;

    public static void Add(List<StoredAction> actions, ActivityEvent activity, long offset)
    {
        if (!IsAction(activity.Kind)) return;

        actions.Add(new(
            activity.Kind, activity.Content?.Value, activity.Creator?.Value, Value(activity),
            activity.OccurredAt.ToUnixTimeMilliseconds(), offset));
        if (actions.Count > KeptMax) actions.RemoveAt(0);
    }

    /// <summary>The last actions, oldest first: for asking what comes next.</summary>
    public static RecentAction[] Last(List<StoredAction> actions) => Window(actions, actions.Count);

    /// <summary>The last actions before an offset, oldest first: for learning what came next.</summary>
    /// <param name="acted">
    /// Actions ever, see <see cref="Count"/>. More than are kept: some were dropped, or done before actions were kept.
    /// </param>
    /// <returns>
    /// Null when they are no longer all known: what is left would look like the history of somebody newer.
    /// </returns>
    public static RecentAction[]? Before(List<StoredAction> actions, long acted, long offset)
    {
        var end = actions.Count;
        while (end > 0 && actions[end - 1].Offset >= offset) end--;
        return end < HistoryMax && actions.Count < acted ? null : Window(actions, end);
    }

    /// <summary>How many of a user's events were actions.</summary>
    public static long Count(Dictionary<ActivityKind, long> counters) =>
        counters.Sum(counter => IsAction(counter.Key) ? counter.Value : 0);

    private static RecentAction[] Window(List<StoredAction> actions, int end)
    {
        var from = Math.Max(0, end - HistoryMax);
        var window = new RecentAction[end - from];
        for (var i = 0; i < window.Length; i++) window[i] = actions[from + i].ToView();
        return window;
    }

    /// <summary>Only a rating is an opinion; amounts and shares have other units.</summary>
    private static float? Value(ActivityEvent activity) =>
        activity is { Kind: ActivityKind.Rated, Value: { } stars } ? (float)stars : null;
}
