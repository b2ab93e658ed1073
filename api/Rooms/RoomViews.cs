using System.Collections.Concurrent;
using Engage.Api.Actors;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>
/// How rooms stand, for lists: known here for some seconds, so that however many read a list, each of its rooms is
/// asked once. One that has ended stays so and is not asked again while it is remembered.
/// </summary>
internal sealed partial class RoomViews(
    IGrainFactory grains, Failover failover, TimeProvider time, ILogger<RoomViews> logger)
{
    private const int KnownMax = 10_000;

    /// <summary>A room that is opened for it reads its state first; a page of many opens so many at a time.</summary>
    private const int AskedMax = 16;
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(5);

    /// <summary>A list does not wait longer for a room, and says nothing of how it stands.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<RoomId, Known> _known = [];

    /// <returns>In the same order; null for those that did not answer.</returns>
    public async Task<RoomView?[]> FindAsync(IEnumerable<RoomId> rooms)
    {
        var views = new List<RoomView?>();
        foreach (var some in rooms.Chunk(AskedMax)) views.AddRange(await Task.WhenAll(some.Select(FindAsync)));
        return [.. views];
    }

    private async Task<RoomView?> FindAsync(RoomId room)
    {
        var known = Ask(room);
        try
        {
            return await known.View.WaitAsync(Patience, time);
        }
        // The list stands without it; whoever looks again asks again.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (known.View.IsCompleted) _known.TryRemove(new(room, known));
            LogNotAnswered(exception, room);
            return null;
        }
    }

    private Known Ask(RoomId room)
    {
        var now = time.GetTimestamp();
        if (_known.TryGetValue(room, out var known) && (known.HasEnded || time.GetElapsedTime(known.At, now) < Age))
            return known;

        if (_known.Count >= KnownMax) _known.Clear();
        return _known[room] = new(now, failover.RunAsync(
            () => grains.GetGrain<IRoomGrain>(room.Value).GetAsync(), CancellationToken.None));
    }

    [LoggerMessage(LogLevel.Warning, "Room {Room} did not say how it stands; a list has it without")]
    private partial void LogNotAnswered(Exception exception, RoomId room);

    private sealed record Known(long At, Task<RoomView?> View)
    {
        public bool HasEnded => View.IsCompletedSuccessfully && View.Result is { Phase: RoomPhase.Ended };
    }
}
