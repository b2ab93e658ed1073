using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// What people may do here, as the community says: asked once for all who are not known yet, then kept up to date by
/// its changes. Whoever is not known is asked for again, so that forgetting harms nobody.
/// </summary>
/// <param name="members">The community's people.</param>
/// <param name="room">Is told of changes.</param>
/// <param name="max">People remembered; beyond it all are forgotten.</param>
internal sealed class RoomStandings(ICommunityMembersGrain members, RoomId room, Func<int> max, TimeProvider time)
{
    /// <summary>
    /// Well within <see cref="ICommunityMembersGrain.WatchLifetime"/>. All is asked for anew then: a change whose
    /// message was lost is known within that time, too.
    /// </summary>
    private static readonly TimeSpan WatchPeriod = ICommunityMembersGrain.WatchLifetime / 3;

    private readonly Dictionary<UserId, Standing> _known = [];

    /// <summary>Changes that came while somebody was being asked for: newer than the answer.</summary>
    private readonly Dictionary<UserId, Standing> _overtaking = [];
    private DateTimeOffset _watchedUntil;
    private int _asking;

    private bool IsCurrent => time.GetUtcNow() < _watchedUntil;

    public Standing? Find(UserId user) => _known.GetValueOrDefault(user);

    /// <summary>Adds somebody to a list if she must be asked for.</summary>
    public void Want(UserId user, ref List<UserId>? wanted)
    {
        if (!IsCurrent || !_known.ContainsKey(user)) (wanted ??= []).Add(user);
    }

    /// <summary>Afterwards all of them are known.</summary>
    public ValueTask LearnAsync(List<UserId>? wanted) =>
        wanted is null ? default : new(AskAsync([.. wanted.Distinct()]));

    /// <summary>The community says so.</summary>
    public void Set(UserId user, Standing standing)
    {
        if (_asking > 0) _overtaking[user] = standing;
        // Who was never asked for is asked for when she comes.
        if (_known.ContainsKey(user)) _known[user] = standing;
    }

    private async Task AskAsync(UserId[] users)
    {
        _asking++;
        try
        {
            await WatchAsync();
            var standings = await members.GetStandingsAsync(users);
            if (_known.Count + users.Length > max()) _known.Clear();
            for (var i = 0; i < users.Length; i++)
                _known[users[i]] = _overtaking.GetValueOrDefault(users[i], standings[i]);
        }
        finally
        {
            if (--_asking == 0) _overtaking.Clear();
        }
    }

    /// <summary>First of all: what changes from here on is told.</summary>
    private async Task WatchAsync()
    {
        if (IsCurrent) return;

        await members.WatchAsync(room);
        if (IsCurrent) return;
        _known.Clear();
        _watchedUntil = time.GetUtcNow() + WatchPeriod;
    }
}
