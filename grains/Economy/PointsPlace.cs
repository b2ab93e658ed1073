using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Economy;

namespace Engage.Grains.Economy;

/// <summary>What the place in which something happened makes of it.</summary>
/// <param name="Percent">Of what the rule says, for members; rounded to whole points, half ones up.</param>
/// <param name="TimeZone">The community's, for its weeks, and for the days of who chose none. Null: the platform's.
/// </param>
internal sealed record PointsPlace(int Percent, string? TimeZone)
{
    public static readonly PointsPlace Usual = new(100, null);
}

/// <summary>Time zones of communities, each asked for once a minute at most.</summary>
internal sealed class CommunityZones
{
    private const int KnownMax = 256;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);
    private readonly Dictionary<CommunityId, string> _known = [];
    private DateTimeOffset _since;

    public string? Of(ActivityEvent activity) =>
        activity.Community is { } community ? _known.GetValueOrDefault(community) : null;

    public async Task LearnAsync(IGrainFactory grains, DateTimeOffset now, IEnumerable<ActivityEvent> activities)
    {
        if (now - _since >= Lifetime || _known.Count > KnownMax)
        {
            _known.Clear();
            _since = now;
        }
        foreach (var activity in activities)
            if (activity.Community is { } community && !_known.ContainsKey(community))
                _known[community] =
                    (await grains.GetGrain<ILeaderBoardGrain>(community.Value).GetZoneAsync()).TimeZone;
    }
}
