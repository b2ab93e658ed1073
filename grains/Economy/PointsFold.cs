using Engage.Contracts.Activity;
using Engage.Contracts.Economy;

namespace Engage.Grains.Economy;

/// <summary>
/// What an event earns its user, given what she did before: pure, so that the same events in the same order earn the
/// same however often they are told. Counts at most two days, one entry per thing that earned, so that a state stays
/// small whatever is sent.
/// </summary>
internal sealed class PointsFold(EconomyOptions options, PointsZone zone)
{
    /// <summary>Communities in which one user's points are kept; the least of the oldest week goes first.</summary>
    private const int CommunitiesMax = 64;

    /// <summary>
    /// Whether it would earn something if it were nobody's own: asked before looking up whose it is, which costs.
    /// </summary>
    public bool MayEarn(PointsState state, ActivityEvent activity, DateTimeOffset now, string? timeZone = null) =>
        !options.IsLate(activity, now) && options.Counts(activity.Kind) && TargetOf(activity) is { } target
        && Room(state, activity.Kind, DayNumber(state, activity, timeZone), target);

    /// <param name="state">Changed.</param>
    /// <param name="position">Where the event stands.</param>
    /// <param name="activity">What happened.</param>
    /// <param name="now">By the server's clock.</param>
    /// <param name="own">Whether it is hers who did it: nobody pays herself.</param>
    /// <param name="place">Null: a place like any other.</param>
    /// <returns>The points earned.</returns>
    public long Apply(
        PointsState state, JournalPosition position, ActivityEvent activity, DateTimeOffset now, bool own,
        PointsPlace? place = null)
    {
        var (percent, timeZone) = place ?? PointsPlace.Usual;
        if (state.Erased || own || !MayEarn(state, activity, now, timeZone)) return 0;

        var day = DayNumber(state, activity, timeZone);
        DayOf(state, day).Done.TryAdd(activity.Kind, []);
        DayOf(state, day).Done[activity.Kind].Add(TargetOf(activity)!);
        var points = (((long)options.Rules[activity.Kind].Points * percent) + 50) / 100 + Row(state, day);
        state.Earned += points;
        state.Accrued += points;
        state.EarnedThrough = position;
        if (activity.Community is { } community) Count(state, community.Value, zone.DayOf(timeZone, activity.OccurredAt), points);
        return points;
    }

    public int LevelOf(long earned) => 1 + options.Levels.Count(threshold => earned >= threshold);

    public (long From, long? Next) LevelBounds(int level) => (
        level == 1 ? 0 : options.Levels[level - 2],
        level > options.Levels.Length ? null : options.Levels[level - 1]);

    /// <summary>Days in a row, 0 once a whole day went by without any.</summary>
    public static int StreakAt(PointsState state, int today) => today - state.StreakDay <= 1 ? state.Streak : 0;

    public PointsRuleUse[] Uses(PointsState state, int today) =>
    [
        .. options.Rules.Where(rule => rule.Value.Points > 0).OrderBy(rule => rule.Key).Select(rule =>
            new PointsRuleUse(
                JsonName(rule.Key), rule.Value.Points, rule.Value.PerDay,
                Find(state, today)?.Done.GetValueOrDefault(rule.Key)?.Count ?? 0)),
    ];

    public LeaderPoints InCommunity(PointsState state, string user, string community)
    {
        var points = state.Communities.GetValueOrDefault(community) ?? new();
        return new(new(user), points.Total, points.Week, points.InWeek, LevelOf(state.Earned));
    }

    private bool Room(PointsState state, ActivityKind kind, int day, string target)
    {
        // Two days are kept; a third one back could be filled up again and again.
        if (Find(state, day) is not { } known) return state.Days.Count < 2 || day > state.Days[0].Day;

        return !known.Done.TryGetValue(kind, out var done)
            || (done.Count < options.Rules[kind].PerDay && !done.Contains(target));
    }

    private static string? TargetOf(ActivityEvent activity) =>
        activity.Content?.Value ?? activity.Creator?.Value ?? activity.Community?.Value;

    private static PointsDay? Find(PointsState state, int day) => state.Days.Find(known => known.Day == day);

    private static PointsDay DayOf(PointsState state, int day)
    {
        if (Find(state, day) is { } known) return known;

        var added = new PointsDay { Day = day };
        state.Days.Add(added);
        state.Days.Sort(static (a, b) => a.Day.CompareTo(b.Day));
        if (state.Days.Count > 2) state.Days.RemoveAt(0);
        return added;
    }

    /// <returns>What a full row of days earns on top.</returns>
    private int Row(PointsState state, int day)
    {
        if (day <= state.StreakDay) return 0;

        state.Streak = day == state.StreakDay + 1 ? state.Streak + 1 : 1;
        state.StreakDay = day;
        state.StreakBest = Math.Max(state.StreakBest, state.Streak);
        return options.StreakDays > 0 && state.Streak % options.StreakDays == 0 ? options.StreakPoints : 0;
    }

    /// <summary>Of her own time zone; who chose none has that of the place.</summary>
    private int DayNumber(PointsState state, ActivityEvent activity, string? timeZone) =>
        zone.DayOf(state.TimeZone ?? timeZone, activity.OccurredAt).DayNumber;

    private static void Count(PointsState state, string community, DateOnly day, long points)
    {
        var week = LeaderWeek.Of(day);
        if (!state.Communities.TryGetValue(community, out var known))
        {
            if (state.Communities.Count >= CommunitiesMax) Forget(state);
            state.Communities[community] = known = new() { Week = week };
        }
        if (week > known.Week) (known.Week, known.InWeek) = (week, 0);
        if (week == known.Week) known.InWeek += points;
        known.Total += points;
        state.Untold.Add(community);
    }

    private static void Forget(PointsState state)
    {
        var least = state.Communities
            .OrderBy(pair => pair.Value.Week).ThenBy(pair => pair.Value.Total)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal).First().Key;
        state.Communities.Remove(least);
        state.Untold.Remove(least);
    }

    private static string JsonName(ActivityKind kind) =>
        System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName($"{kind}");
}
