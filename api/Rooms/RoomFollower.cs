using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>
/// Keeps a node's picture of a room complete: attaches to it, renews, and when a batch is missing asks for what lies
/// between instead of guessing.
/// </summary>
/// <param name="gate">The audience's lock, which guards the feed and all of this.</param>
/// <param name="audience">Who is here, and who is told when the gap was too wide.</param>
internal sealed partial class RoomFollower(
    RoomId room, IRoomGrain grain, IRoomObserver observer, RoomNode node, Lock gate, RoomFeed feed,
    IFollowedAudience audience)
{
    /// <summary>Batches that wait while a gap is filled; an older one that is dropped is found missing again.</summary>
    private const int HeldMax = 1_024;

    /// <summary>A batch is sent before its submission is answered; so late it is lost.</summary>
    private static readonly TimeSpan BatchLateAfter = TimeSpan.FromMilliseconds(500);

    private readonly List<RoomBatch> _held = [];
    private Task? _attaching;
    private bool _incomplete;
    private bool _watching;

    /// <summary>Null until the room was reached.</summary>
    public Room? Definition { get; private set; }

    /// <summary>Completes when the room is followed.</summary>
    /// <exception cref="RoomMissingException">There is no such room.</exception>
    public Task AttachedAsync()
    {
        lock (gate) return Definition is not null ? Task.CompletedTask : Attach();
    }

    /// <summary>Tells the room who is here, and takes over what was missed.</summary>
    public Task RenewAsync()
    {
        lock (gate) return Attach();
    }

    /// <summary>Under the lock.</summary>
    public void Take(RoomBatch batch)
    {
        if (Definition is null || _incomplete)
        {
            Hold(batch);
        }
        else if (batch.After > feed.Window.To)
        {
            Hold(batch);
            Recover();
        }
        else
        {
            feed.Apply(batch);
        }
    }

    /// <summary>
    /// The room has answered with this place: a batch up to it is on its way, or the node was forgotten.
    /// </summary>
    public void Expect(long seq)
    {
        lock (gate)
        {
            if (Definition is null || _watching || seq <= feed.Window.To) return;
            _watching = true;
        }
        _ = WatchAsync(seq);
    }

    private async Task WatchAsync(long seq)
    {
        await Task.Delay(BatchLateAfter, node.Time);
        lock (gate)
        {
            _watching = false;
            if (seq > feed.Window.To) Recover();
        }
    }

    private void Hold(RoomBatch batch)
    {
        if (_held.Count >= HeldMax) _held.RemoveAt(0);
        _held.Add(batch);
    }

    /// <summary>Under the lock.</summary>
    private void Recover()
    {
        _incomplete = true;
        _ = LoggingAsync(Attach());
    }

    /// <summary>Under the lock. One at a time; whoever comes meanwhile waits for the same.</summary>
    private Task Attach() => _attaching ??= Task.Run(RunAsync);

    private async Task RunAsync()
    {
        try
        {
            UserId[] present = [];
            var attachment = await node.Failover.RunAsync(
                () =>
                {
                    // Anew for each try, and after the number: what is numbered later may be newer than the list.
                    var lastBatch = node.LastBatch;
                    present = audience.Present();
                    return grain.AttachAsync(observer, node.Id, present, lastBatch);
                },
                node.Stopping);
            if (attachment.Room is null) throw new RoomMissingException(room);

            // What the answer is ahead of is mostly on its way already.
            if (IsOvertaken(attachment)) await Task.Delay(BatchLateAfter, node.Time, node.Stopping);
            var snapshot = NeedsSnapshot(attachment)
                ? await node.Failover.RunAsync(() => grain.GetSnapshotAsync(attachment.Seq), node.Stopping)
                : null;
            lock (gate) Install(attachment, snapshot, present);
        }
        finally
        {
            // If it failed, the next batch finds the gap again.
            lock (gate) (_attaching, _incomplete) = (null, false);
        }
        // What came meanwhile may have a gap of its own.
        lock (gate)
            if (_held.Count > 0)
                Recover();
    }

    private bool IsOvertaken(RoomAttachment attachment)
    {
        lock (gate) return Definition is not null && !_incomplete && attachment.Seq > feed.Window.To;
    }

    /// <summary>From here on batches are held, if so.</summary>
    private bool NeedsSnapshot(RoomAttachment attachment)
    {
        lock (gate)
        {
            _incomplete |= Definition is null || attachment.Seq > feed.Window.To || feed.IsStateTooLarge;
            return _incomplete;
        }
    }

    private void Install(RoomAttachment attachment, RoomSnapshot? snapshot, UserId[] present)
    {
        if (snapshot is not null)
        {
            var isFirst = Definition is null;
            if (isFirst || !feed.TryBridge(attachment, snapshot))
            {
                feed.Reset(attachment, snapshot);
                if (!isFirst) audience.GapTooWide();
            }
            Definition = attachment.Room;
        }
        _incomplete = false;
        TakeHeld();
        audience.StandingsAre(present, attachment.Standings);
    }

    private void TakeHeld()
    {
        var held = _held.ToArray();
        _held.Clear();
        foreach (var batch in held) Take(batch);
    }

    private async Task LoggingAsync(Task attaching)
    {
        try
        {
            await attaching;
        }
        // The next batch or renewal tries again.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogRecoveryFailed(node.Logger, exception, room);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Room {Room}: a gap could not be filled; tried again with its next batch")]
    private static partial void LogRecoveryFailed(ILogger logger, Exception exception, RoomId room);
}

/// <summary>
/// What the follower of a room asks and tells the audience, under its lock but for <see cref="Present"/>.
/// </summary>
internal interface IFollowedAudience
{
    UserId[] Present();

    /// <summary>Readers cannot be given what they missed: they must join again.</summary>
    void GapTooWide();

    /// <param name="standings">One per person of <paramref name="present"/>, in order.</param>
    void StandingsAre(UserId[] present, Standing[] standings);
}

internal sealed class RoomMissingException(RoomId room) : Exception(
    $"Room '{room}' does not exist; list them with GET /v1/rooms.")
{
    public RoomId Room => room;
}
