using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>
/// Asks a community for the standings of those who come in: one call under way, and whoever comes meanwhile is in the
/// next, so that a crowd costs a few calls.
/// </summary>
internal sealed class StandingLookups(RoomNode node)
{
    private readonly Lock _gate = new();
    private Round _next = new();
    private bool _running;

    public async Task<Standing> AskAsync(CommunityId community, UserId user)
    {
        Round round;
        int index;
        lock (_gate)
        {
            round = _next;
            index = round.Users.Count;
            round.Users.Add(user);
            if (!_running)
            {
                _running = true;
                ThreadPool.UnsafeQueueUserWorkItem(
                    static start => _ = start.Lookups.RunAsync(start.Community), (Lookups: this, Community: community),
                    preferLocal: false);
            }
        }
        return (await round.Answer.Task)[index];
    }

    private async Task RunAsync(CommunityId community)
    {
        var members = node.Grains.GetGrain<ICommunityMembersGrain>(community.Value);
        while (TakeNext() is { } round)
        {
            try
            {
                UserId[] users = [.. round.Users];
                round.Answer.SetResult(await node.Failover.RunAsync(
                    () => members.GetStandingsAsync(users), node.Stopping));
            }
            // Those who asked are told, whatever it is.
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                round.Answer.SetException(exception);
            }
        }
    }

    private Round? TakeNext()
    {
        lock (_gate)
        {
            if (_next.Users.Count == 0)
            {
                _running = false;
                return null;
            }
            var round = _next;
            _next = new();
            return round;
        }
    }

    private sealed class Round
    {
        public List<UserId> Users { get; } = [];

        public TaskCompletionSource<Standing[]> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
