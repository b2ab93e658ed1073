using Engage.Contracts;
using Engage.Contracts.Economy;
using Engage.Grains.Durability;

namespace Engage.Grains.Economy;

/// <summary>
/// The board of one community. All who report while one write is under way share the next, so that a crowd costs one
/// write after another and not one each.
/// </summary>
internal sealed class LeaderBoardGrain(
    [PersistentState("leaders")] IPersistentState<LeaderBoardState> state, PointsZone zone, TimeProvider time)
    : Grain, ILeaderBoardGrain
{
    /// <summary>
    /// As many more than are kept may gather before the least are dropped: sorting is not for each report.
    /// </summary>
    private const int Slack = 100;

    private readonly Dictionary<string, LeaderPoints> _people = [];
    private string? _zone;
    private DateTimeOffset? _zoneAt;
    private SharedWrite _store = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var points in state.State.People) _people[points.User.Value] = points;
        (_zone, _zoneAt) = (state.State.TimeZone, state.State.TimeZoneAt);
        _store = new(WriteAsync);
        return Task.CompletedTask;
    }

    public Task ReportAsync(LeaderPoints points)
    {
        if (_people.GetValueOrDefault(points.User.Value) == points) return _store.Last;

        _people[points.User.Value] = points;
        if (_people.Count > (2 * ILeaderBoardGrain.KeptMax) + Slack) Drop();
        return _store.StoreAsync();
    }

    public Task RemoveAsync(UserId user) => _people.Remove(user.Value) ? _store.StoreAsync() : _store.Last;

    public Task<LeaderList> GetAsync(LeaderPeriod period, int limit, UserId? me)
    {
        var week = ThisWeek();
        var ranked = Ranked(period, week);
        var place = me is { } user ? ranked.FindIndex(leader => leader.User == user) : -1;
        return Task.FromResult(new LeaderList(
            period == LeaderPeriod.Week ? LeaderWeek.FirstDay(week) : null,
            [.. ranked.Take(limit)],
            place < 0 ? null : ranked[place].Rank));
    }

    public Task<CommunityZone> GetZoneAsync()
    {
        var free = _zoneAt?.AddDays(IPointsGrain.ZoneDaysMin);
        return Task.FromResult(new CommunityZone(_zone ?? zone.DefaultId, free > time.GetUtcNow() ? free : null));
    }

    public async Task<string?> SetZoneAsync(string timeZone)
    {
        if (timeZone == _zone) return null;
        if ((await GetZoneAsync()).ChangeableFrom is { } free)
            return $"timeZone: was changed within {IPointsGrain.ZoneDaysMin} days; it may be changed again from "
                + $"{free:yyyy-MM-dd} on";

        (_zone, _zoneAt) = (timeZone, time.GetUtcNow());
        await _store.StoreAsync();
        return null;
    }

    private int ThisWeek() => LeaderWeek.Of(zone.DayOf(_zone, time.GetUtcNow()));

    private List<Leader> Ranked(LeaderPeriod period, int week)
    {
        var ranked = new List<Leader>();
        foreach (var points in Best(period, week))
        {
            var amount = AmountOf(points, period, week);
            var rank = ranked.Count > 0 && ranked[^1].Points == amount ? ranked[^1].Rank : ranked.Count + 1;
            ranked.Add(new(rank, points.User, amount, points.Level));
        }
        return ranked;
    }

    private IEnumerable<LeaderPoints> Best(LeaderPeriod period, int week) => _people.Values
        .Where(points => AmountOf(points, period, week) > 0)
        .OrderByDescending(points => AmountOf(points, period, week))
        .ThenBy(points => points.User.Value, StringComparer.Ordinal)
        .Take(ILeaderBoardGrain.KeptMax);

    private static long AmountOf(LeaderPoints points, LeaderPeriod period, int week) =>
        period == LeaderPeriod.All ? points.Total : points.Week == week ? points.InWeek : 0;

    /// <summary>Keeps the best of all time and of the week; there may be different ones.</summary>
    private void Drop()
    {
        var week = ThisWeek();
        var kept = Best(LeaderPeriod.All, week).Concat(Best(LeaderPeriod.Week, week))
            .Select(points => points.User.Value).ToHashSet();
        foreach (var user in _people.Keys.Where(user => !kept.Contains(user)).ToArray()) _people.Remove(user);
    }

    /// <summary>Who reported in vain does so again, to the next activation.</summary>
    private Task WriteAsync() => state.ReplaceOrLeaveAsync(
        new() { People = [.. _people.Values], TimeZone = _zone, TimeZoneAt = _zoneAt }, this);
}

/// <summary>What a leader board stores.</summary>
public sealed class LeaderBoardState
{
    public LeaderPoints[] People { get; set; } = [];

    /// <summary>Null: the platform's.</summary>
    public string? TimeZone { get; set; }
    public DateTimeOffset? TimeZoneAt { get; set; }
}
