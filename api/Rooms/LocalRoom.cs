using Engage.Api.Realtime.Transport;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>
/// The connections of this node in one room: who they are, where each one stands in the log, and the flushes that bring
/// them all forward. Lives while anybody is here and a little longer.
/// </summary>
internal sealed class LocalRoom : IFollowedAudience
{
    private readonly RoomNode _node;
    private readonly Lock _gate = new();
    private readonly RoomFeed _feed;
    private readonly RoomFlusher _flusher;
    private readonly RoomFollower _follower;
    private readonly RoomVisits _visits;
    private readonly StandingLookups _standings;
    private readonly Dictionary<UserId, PersonHere> _people = [];
    private readonly List<RoomListener> _listeners = [];
    private readonly IRoomGrain _grain;
    private readonly IRoomObserver _observer;
    private RoomListener[]? _snapshot;

    /// <summary>
    /// People who came and standings that were heard; as many as there were when the room was last asked.
    /// </summary>
    private long _changes;
    private long _changesWhenAsked;
    private long _idleSince;
    private bool _closed;

    public LocalRoom(RoomId room, RoomNode node, IRoomObserver observer, RoomVisits visits)
    {
        (Room, _node, _observer, _visits) = (room, node, observer, visits);
        _grain = node.Grains.GetGrain<IRoomGrain>(room.Value);
        _feed = new(room, node.Options.WindowEntries, node.Options.WindowBytes);
        _follower = new(room, _grain, observer, node, _gate, _feed, this);
        _flusher = new(room, node, Flush, () => { lock (_gate) return _feed.HasPending; });
        _standings = new(node);
        History = new(room, _grain, node);
        Submissions = new(room, _grain, node, _follower.RenewAsync, _follower.Expect);
        _idleSince = node.Time.GetTimestamp();
    }

    public RoomId Room { get; }

    public RoomHistory History { get; }

    public RoomSubmissions Submissions { get; }

    /// <summary>Whether the room is to be told that this node still follows it.</summary>
    public bool IsFollowing => _follower.Definition is not null;

    public Task RenewAsync() => _follower.RenewAsync();

    /// <summary>What the room's state says of itself just now; empty strings where it does not.</summary>
    public (bool IsEnded, bool IsMembersOnly) Course()
    {
        lock (_gate)
            return (_feed.StateMember("phase").SequenceEqual("\"ended\""u8),
                _feed.StateMember("settings", "membersOnly").SequenceEqual("true"u8));
    }

    /// <param name="replaced">The same connection's earlier place in this room, which ends.</param>
    /// <returns>Null if this audience has closed: there is, or will be, another one.</returns>
    /// <exception cref="RoomMissingException">There is no such room.</exception>
    /// <exception cref="RoomClosedToException">She may not be here.</exception>
    public async Task<JoinAnswer?> JoinAsync(Outbox outbox, Person who, JoinRequest request, RoomListener? replaced)
    {
        var person = Expected(who);
        if (person is null) return null;
        try
        {
            await _follower.AttachedAsync();
            var standing = person.IsStandingKnown
                ? person.Standing
                : await _standings.AskAsync(_follower.Definition!.Community, who.User);
            var missed = await ReadMissedAsync(request);
            lock (_gate)
            {
                // What was heard while asking is newer than the answer.
                if (!person.IsStandingKnown) person.Standing = standing;
                CheckMayBeHere(person);
                if (replaced is not null) Remove(replaced, null);
                return Admit(outbox, person, request, missed);
            }
        }
        finally
        {
            lock (_gate)
            {
                person.Joining--;
                DropIfGone(person);
            }
        }
    }

    /// <summary>The answer to her join is on its way: she may be sent what came since.</summary>
    public void Answered(RoomListener listener)
    {
        listener.Answered();
        CatchUp(listener);
    }

    public void Leave(RoomListener listener)
    {
        lock (_gate) Remove(listener, null);
    }

    /// <summary>Somebody may not be here any longer, for now: she may come back when she may.</summary>
    public void Close(UserId user, string reason)
    {
        lock (_gate)
        {
            if (!_people.TryGetValue(user, out var person)) return;
            var closed = RoomMessages.Closed(Room, new Removal(user, reason, null));
            foreach (var listener in person.Connections.ToArray()) Remove(listener, closed);
        }
    }

    public void Take(RoomBatch batch)
    {
        lock (_gate)
        {
            foreach (var removal in batch.Removed) Remove(removal);
            foreach (var (user, standing) in batch.Standings) StandingIs(user, standing);
            _follower.Take(batch);
            if (_feed.HasPending) _flusher.Wake();
        }
    }

    /// <returns>True if nobody was here for so long and nothing is under way: it takes nobody any more.</returns>
    public bool TryClose(TimeSpan idleFor)
    {
        lock (_gate)
        {
            if (_people.Count > 0 || _node.Time.GetElapsedTime(_idleSince) < idleFor) return false;
            return _closed = Submissions.TryClose();
        }
    }

    /// <summary>After it has closed.</summary>
    public Task DetachAsync() => IsFollowing ? _grain.DetachAsync(_observer, _node.Id) : Task.CompletedTask;

    UserId[] IFollowedAudience.Present()
    {
        lock (_gate)
        {
            _changesWhenAsked = _changes;
            var here = _people.Values.Where(person => person.Connections.Count > 0);
            return [.. here.Select(person => person.Person.User)];
        }
    }

    void IFollowedAudience.GapTooWide()
    {
        foreach (var listener in _listeners.ToArray()) Reload(listener);
    }

    void IFollowedAudience.StandingsAre(UserId[] present, Standing[] standings)
    {
        // What was heard since the room was asked, or is asked for anew since she came back, is newer than the answer.
        for (var i = 0; i < standings.Length; i++)
            if (_people.TryGetValue(present[i], out var person) && person.ChangedAt <= _changesWhenAsked)
                StandingIs(present[i], standings[i]);
        if (_feed.HasPending) _flusher.Wake();
    }

    private PersonHere? Expected(Person who)
    {
        lock (_gate)
        {
            if (_closed) return null;
            if (!_people.TryGetValue(who.User, out var person))
                _people[who.User] = person = new(who) { ChangedAt = ++_changes };
            person.Joining++;
            return person;
        }
    }

    /// <summary>What lies between a reader's place and the window, if that is worth it; otherwise null.</summary>
    private async Task<RoomPage?> ReadMissedAsync(JoinRequest request)
    {
        if (request.After is not { } after) return null;
        bool isAhead, isOlder;
        lock (_gate)
        {
            isAhead = after > _feed.Window.To;
            isOlder = after < _feed.Window.After && _feed.Window.To - after <= _node.Options.WindowEntries;
        }
        // Another node told her more than this one knows yet.
        if (isAhead) await _follower.RenewAsync();
        return isOlder
            ? await History.ReadAsync(new(after, null, RoomPageRequest.LimitMax, RoomAudience.Moderators))
            : null;
    }

    /// <summary>Under the lock.</summary>
    private void CheckMayBeHere(PersonHere person)
    {
        var now = _node.Time.GetUtcNow();
        if (person.Removal is { } removal) throw new RoomClosedToException(Room, removal.Until, removal.Reason);
        if (person.Standing.IsBanned(now))
            throw new RoomClosedToException(Room, person.Standing.BannedUntil, person.Standing.BanReason);
    }

    /// <summary>Under the lock, so that the answer and the next flush join without gap or overlap.</summary>
    private JoinAnswer Admit(Outbox outbox, PersonHere person, JoinRequest request, RoomPage? missed)
    {
        var moderates = person.Standing.Moderates;
        var (mode, seq, entries) = JoinTranscript.Of(_feed, request, missed, moderates);
        var listener = new RoomListener(outbox, person, Drained);
        listener.StartAt(seq, seq > _feed.FlushedTo ? -1 : _feed.FlushNumber);
        listener.Index = _listeners.Count;
        _listeners.Add(listener);
        _snapshot = null;
        person.Connections.Add(listener);
        if (person.Connections.Count == 1)
        {
            person.EnteredAt = seq;
            Submissions.Entered(person.Person);
            _visits.Entered(_follower.Definition!, person);
        }
        _node.Metrics.Joined(mode);
        return new(
            _follower.Definition!, _feed.StateMember("phase").ToArray(), person.Person, person.Standing, mode, seq,
            entries, moderates, _feed.State(moderates, withRemoved: mode == JoinAnswer.Resumed), this, listener);
    }

    /// <summary>Under the lock.</summary>
    private void Remove(RoomListener listener, PushFrame? last)
    {
        if (!listener.End(last)) return;

        var moved = _listeners[^1];
        (_listeners[listener.Index], moved.Index) = (moved, listener.Index);
        _listeners.RemoveAt(_listeners.Count - 1);
        _snapshot = null;

        var person = listener.Person;
        person.Connections.Remove(listener);
        if (person.Connections.Count > 0) return;
        Submissions.Left(person.Person.User);
        _visits.Left(_follower.Definition!, person);
        DropIfGone(person);
    }

    private void Remove(Removal removal)
    {
        if (!_people.TryGetValue(removal.User, out var person)) return;
        person.Removal = removal;
        var closed = RoomMessages.Closed(Room, removal);
        foreach (var listener in person.Connections.ToArray()) Remove(listener, closed);
    }

    private void StandingIs(UserId user, Standing standing)
    {
        if (!_people.TryGetValue(user, out var person)) return;
        var moderated = person.IsStandingKnown && person.Standing.Moderates;
        (person.Standing, person.ChangedAt) = (standing, ++_changes);
        if (standing.IsBanned(_node.Time.GetUtcNow()))
            Remove(new Removal(user, "banned", standing.BannedUntil));
        // What moderators see is another transcript and another state: it begins with a join.
        else if (moderated != standing.Moderates)
            foreach (var listener in person.Connections.ToArray())
                Reload(listener);
    }

    /// <summary>Under the lock.</summary>
    private void Reload(RoomListener listener)
    {
        _node.Metrics.Reader("reloaded");
        Remove(listener, RoomMessages.Reload(Room, _feed.FlushedTo));
    }

    private void DropIfGone(PersonHere person)
    {
        if (person.Connections.Count > 0 || person.Joining > 0) return;
        _people.Remove(person.Person.User);
        if (_people.Count == 0) _idleSince = _node.Time.GetTimestamp();
    }

    private void Flush()
    {
        RoomFlush flush;
        RoomListener[] listeners;
        lock (_gate)
        {
            flush = _feed.TakePending();
            listeners = _snapshot ??= [.. _listeners];
        }
        var began = _node.Time.GetTimestamp();
        if (listeners.Length >= _node.Options.ParallelFlushFrom && Environment.ProcessorCount > 1)
            Parallel.For(0, listeners.Length, (i, _) => Offer(listeners[i], flush));
        else
            foreach (var listener in listeners)
                Offer(listener, flush);
        _node.Metrics.Flushed(
            _node.Time.GetElapsedTime(began), flush.Entries, (long)flush.Entries * listeners.Length);
    }

    private void Offer(RoomListener listener, in RoomFlush flush)
    {
        switch (listener.Offer(flush))
        {
            case Offered.Refused:
                _node.Metrics.Reader("behind");
                break;
            case Offered.OutOfStep:
                CatchUp(listener);
                break;
        }
    }

    private void Drained(RoomListener listener)
    {
        _node.Metrics.Reader("resynced");
        CatchUp(listener);
    }

    /// <summary>Sends a reader what it missed, in parts, until it is in step or its outbox is full again.</summary>
    private void CatchUp(RoomListener listener)
    {
        lock (listener.CatchingUp)
        {
            while (true)
            {
                PushFrame frame;
                long to, flush;
                lock (_gate)
                {
                    if (listener.IsGone) return;
                    if (listener.Flush == _feed.FlushNumber || listener.Position > _feed.FlushedTo)
                    {
                        listener.InStep();
                        return;
                    }
                    if (listener.Position < _feed.Window.After)
                    {
                        Reload(listener);
                        return;
                    }
                    (frame, to) = _feed.CatchUp(listener.Position, listener.Person.Standing.Moderates);
                    flush = to >= _feed.FlushedTo ? _feed.FlushNumber : -1;
                }
                if (!listener.TryCatchUp(frame, to, flush)) return;
            }
        }
    }
}
