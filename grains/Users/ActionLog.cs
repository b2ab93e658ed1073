using System.Text.Json;
using Engage.Contracts.Activity;
using Engage.Contracts.Recommending;
using Engage.Grains.Activity;
using Engage.Recommend;

namespace Engage.Grains.Users;

/// <summary>One action, and where in the journal it stands.</summary>
public readonly record struct StoredAction(
    ActivityKind Kind, string? Content, string? Creator, float? Value, long AtMs, long Offset) : IStoredValue
{
    internal RecentAction ToView() => new(Kind, Content, Creator, Value, AtMs);

    void IStoredValue.WriteTo(Utf8JsonWriter writer, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(nameof(Kind));
        JsonSerializer.Serialize(writer, Kind, options);
        if (Content is not null) writer.WriteString(nameof(Content), Content);
        if (Creator is not null) writer.WriteString(nameof(Creator), Creator);
        if (Value is { } stars) writer.WriteNumber(nameof(Value), stars);
        writer.WriteNumber(nameof(AtMs), AtMs);
        writer.WriteNumber(nameof(Offset), Offset);
        writer.WriteEndObject();
    }
}

/// <summary>
/// A user's last actions. Twice as many are kept as are looked at, so that what was known before an event can be told
/// again after a crash: exactly for as many actions as the second half holds, and not at all for older ones.
/// </summary>
internal static class ActionLog
{
    /// <summary>
    /// Actions that the models look at (<see cref="OutlookOptions.HistoryNeeded"/> by default): one more than
    /// they take steps, because how long before the first step the user had acted is part of it.
    /// </summary>
    public const int HistoryMax = 17;

    private const int KeptMax = 2 * HistoryMax;

    /// <summary>What is shown is done to a user, not by her.</summary>
    public static bool IsAction(ActivityKind kind) => kind != ActivityKind.Impression;

    /// <param name="content">The id as a string that is kept elsewhere already; null: the event's own is.</param>
    public static void Add(
        Newest<StoredAction> actions, ActivityEvent activity, long offset, string? content = null)
    {
        if (!IsAction(activity.Kind)) return;

        var action = new StoredAction(
            activity.Kind, content ?? activity.Content?.Value, activity.Creator?.Value, Value(activity),
            activity.OccurredAt.ToUnixTimeMilliseconds(), offset);
        actions.Add(action, KeptMax);
    }

    /// <summary>The last actions, oldest first: for asking what comes next.</summary>
    public static RecentAction[] Last(Newest<StoredAction> actions) => Window(actions, actions.Count);

    /// <summary>The last actions before an offset, oldest first: for learning what came next.</summary>
    /// <param name="acted">
    /// Actions ever, see <see cref="Count"/>. More than are kept: some were dropped, or done before actions were kept.
    /// </param>
    /// <returns>
    /// Null when they are no longer all known: what is left would look like the history of somebody newer.
    /// </returns>
    public static RecentAction[]? Before(Newest<StoredAction> actions, long acted, long offset)
    {
        var end = actions.Count;
        while (end > 0 && actions[end - 1].Offset >= offset) end--;
        return end < HistoryMax && actions.Count < acted ? null : Window(actions, end);
    }

    /// <summary>How many of a user's events were actions.</summary>
    public static long Count(SmallMap<ActivityKind> counters)
    {
        var actions = 0L;
        foreach (var (kind, count) in counters) actions += IsAction(kind) ? count : 0;
        return actions;
    }

    private static RecentAction[] Window(Newest<StoredAction> actions, int end)
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
