using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Creators;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Economy;

/// <summary>
/// Which creators and communities are one user's own. Remembered for a minute, so that a busy user does not ask with
/// each event; asked only for events that would earn something, of which a day has few.
/// </summary>
internal sealed class OwnWorks
{
    private const int KnownMax = 256;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, bool> _known = [];
    private DateTimeOffset _since;

    public bool Has(ActivityEvent activity) =>
        (activity.Creator is { } creator && _known.GetValueOrDefault(KeyOf(creator)))
        || (activity.Community is { } community && _known.GetValueOrDefault(KeyOf(community)));

    public async Task LearnAsync(
        IGrainFactory grains, UserId user, DateTimeOffset now, IEnumerable<ActivityEvent> activities)
    {
        if (now - _since >= Lifetime || _known.Count > KnownMax)
        {
            _known.Clear();
            _since = now;
        }
        foreach (var activity in activities)
        {
            if (activity.Creator is { } creator && !_known.ContainsKey(KeyOf(creator)))
                _known[KeyOf(creator)] =
                    await grains.GetGrain<ICreatorAccessGrain>(creator.Value).IsOwnerAsync(user);
            if (activity.Community is { } community && !_known.ContainsKey(KeyOf(community)))
                _known[KeyOf(community)] =
                    (await grains.GetGrain<ICommunityMembersGrain>(community.Value).GetStandingsAsync([user]))[0].Role
                    == CommunityRole.Owner;
        }
    }

    private static string KeyOf(CreatorId creator) => $"k/{creator.Value}";

    private static string KeyOf(CommunityId community) => $"g/{community.Value}";
}
