using System.Buffers;
using System.Runtime.InteropServices;
using Engage.Api.Realtime.Transport;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>
/// What this node knows of a room by following its batches: the recent window, the whole state, and what was not
/// flushed yet. Not thread-safe.
/// </summary>
internal sealed class RoomFeed(RoomId room, int windowEntries, int windowBytes)
{
    /// <summary>
    /// Bytes of entries in one frame for a reader who was behind: a fraction of what may wait for one connection.
    /// </summary>
    private const int CatchUpBytes = 64 * 1024;

    /// <summary>Beyond so many ids the state is fetched anew: the room forgets old ones, a fold cannot.</summary>
    private const int StateIdsMax = 8_000;

    private readonly RoomWindow _window = new(windowEntries, windowBytes);
    private readonly StateFold _everyone = new();
    private readonly StateFold _moderators = new();
    private readonly List<LoggedEntry> _pending = [];
    private readonly List<byte[]> _pendingStates = [];

    /// <summary>What moderators are told: both kinds of states in the order in which they came.</summary>
    private readonly List<byte[]> _pendingForModerators = [];
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly byte[]?[] _states = new byte[]?[4];
    private long _stateSeq;
    private long _everyoneTold;
    private long _moderatorsTold;
    private bool _hasModeratorState;
    private bool _hasPending;

    public RoomWindow Window => _window;

    /// <summary>All up to here was flushed: where those who come in begin.</summary>
    public long FlushedTo { get; private set; }

    public long FlushNumber { get; private set; }

    public bool HasPending => _hasPending;

    public bool IsStateTooLarge => _everyone.Ids + _moderators.Ids > StateIdsMax;

    /// <summary>From the whole state; empty if it does not say.</summary>
    public ReadOnlySpan<byte> StateMember(string name) => _everyone.Member(name);

    public ReadOnlySpan<byte> StateMember(string collection, string id) => _everyone.Member(collection, id);

    /// <summary>A fresh start, with readers or without.</summary>
    public void Reset(RoomAttachment attachment, RoomSnapshot snapshot)
    {
        _window.Reset(attachment.WindowAfter, attachment.Seq, attachment.Window);
        ForgetPending();
        _everyone.Clear();
        _moderators.Clear();
        ReplaceState(snapshot);
        FlushedTo = _everyoneTold = _moderatorsTold = attachment.Seq;
        FlushNumber++;
    }

    /// <summary>Fills a gap from what the room's own window still has.</summary>
    /// <returns>False if it does not reach back far enough; nothing was changed then.</returns>
    public bool TryBridge(RoomAttachment attachment, RoomSnapshot snapshot)
    {
        if (attachment.WindowAfter > _window.To) return false;
        Add(attachment.Seq, attachment.Window);
        ReplaceState(snapshot);
        // Nobody knows which changes were missed: everybody is told everything, after what waits to be told.
        _pendingStates.Add(State(moderator: false, withRemoved: true));
        _pendingForModerators.Add(State(moderator: true, withRemoved: true));
        _hasModeratorState = _hasPending = true;
        return true;
    }

    private void ReplaceState(RoomSnapshot snapshot)
    {
        // What was taken away long ago has been told, and is what made the state too large.
        var forgetsRemoved = IsStateTooLarge;
        _everyone.Replace(forgetsRemoved, snapshot.Json);
        _moderators.Replace(forgetsRemoved, snapshot.Json, snapshot.ModeratorJson);
        _stateSeq = snapshot.Seq;
        Array.Clear(_states);
    }

    /// <param name="batch">Follows what is known: its After is not above the window's To.</param>
    public void Apply(RoomBatch batch)
    {
        Add(batch.To, batch.Entries);
        // The state may have been fetched when it was further already.
        if (batch.To < _stateSeq) return;
        if (batch.State is { } state)
        {
            _everyone.Add(state);
            _moderators.Add(state);
            _pendingStates.Add(state);
            _pendingForModerators.Add(state);
        }
        if (batch.ModeratorState is { } more)
        {
            _moderators.Add(more);
            _pendingForModerators.Add(more);
            _hasModeratorState = true;
        }
        if (batch.State is null && batch.ModeratorState is null) return;
        Array.Clear(_states);
        _hasPending = true;
    }

    /// <summary>All that waits, as frames.</summary>
    public RoomFlush TakePending()
    {
        var entries = CollectionsMarshal.AsSpan(_pending);
        var (forAll, hasMore) = Look(entries);
        forAll |= _pendingStates.Count > 0;
        hasMore |= _hasModeratorState;
        var to = _window.To;

        var everyone = forAll
            ? RoomMessages.Batch(_output, room, _everyoneTold, to, entries, moderator: false, Merge(_pendingStates))
            : null;
        var moderators = hasMore || (forAll && _moderatorsTold != _everyoneTold)
            ? RoomMessages.Batch(
                _output, room, _moderatorsTold, to, entries, moderator: true, Merge(_pendingForModerators))
            : everyone;

        if (forAll) _everyoneTold = to;
        if (forAll || hasMore) _moderatorsTold = to;
        var count = entries.Length;
        ForgetPending();
        FlushedTo = to;
        return new(++FlushNumber, to, count, everyone, moderators);
    }

    /// <summary>
    /// The next part of what a reader missed, up to the last flush; with the last part comes the state.
    /// </summary>
    /// <param name="after">The reader's place, within the window.</param>
    public (PushFrame Frame, long To) CatchUp(long after, bool moderator)
    {
        var missed = UpToFlushed(_window.Above(after));
        var (taken, bytes) = (0, 0);
        while (taken < missed.Length && (taken == 0 || bytes + missed[taken].Json.Length <= CatchUpBytes))
            bytes += missed[taken++].Json.Length;

        var last = taken == missed.Length;
        var to = last ? Math.Max(FlushedTo, after) : missed[taken - 1].Seq;
        return (RoomMessages.Batch(
            _output, room, after, to, missed[..taken], moderator,
            last ? State(moderator, withRemoved: true) : default), to);
    }

    /// <summary>What was flushed above <paramref name="after"/>.</summary>
    public LoggedEntry[] FlushedAbove(long after) => UpToFlushed(_window.Above(after)).ToArray();

    /// <summary>The newest entries of the transcript, at most so many: without the floods of reactions.</summary>
    public LoggedEntry[] Newest(int limit, bool moderator)
    {
        var flushed = UpToFlushed(_window.Above(_window.After));
        var newest = new LoggedEntry[limit];
        var first = limit;
        for (var i = flushed.Length - 1; i >= 0 && first > 0; i--)
            if (flushed[i].Kind != RoomEntryKind.Reacted && RoomMessages.IsFor(flushed[i], moderator))
                newest[--first] = flushed[i];
        return newest[first..];
    }

    /// <summary>The whole state as JSON: shared bytes, made once per change.</summary>
    public byte[] State(bool moderator, bool withRemoved) =>
        _states[(moderator ? 1 : 0) + (withRemoved ? 2 : 0)] ??=
            (moderator ? _moderators : _everyone).ToArray(withRemoved);

    private void Add(long to, LoggedEntry[] entries)
    {
        var known = _window.To;
        foreach (var entry in entries)
            if (entry.Seq > known)
                _pending.Add(entry);
        _window.Append(to, entries);
        foreach (var entry in entries)
            if (entry.Seq > known && RoomErasure.Of(entry) is { } erasure)
                Erase(erasure);
        _hasPending |= _window.To > known;
    }

    /// <summary>Also from what waits to be flushed: whoever has not seen it does not see it any more.</summary>
    private void Erase(RoomErasure erasure)
    {
        _window.Erase(erasure);
        foreach (ref var entry in CollectionsMarshal.AsSpan(_pending))
            if (erasure.Covers(entry))
                entry = RoomErasure.Tombstone(entry);
    }

    private ReadOnlySpan<LoggedEntry> UpToFlushed(ReadOnlySpan<LoggedEntry> entries)
    {
        while (entries.Length > 0 && entries[^1].Seq > FlushedTo) entries = entries[..^1];
        return entries;
    }

    private static (bool ForAll, bool ForModerators) Look(ReadOnlySpan<LoggedEntry> entries)
    {
        var (forAll, forModerators) = (false, false);
        foreach (var entry in entries)
        {
            forAll |= entry.Audience == RoomAudience.Everyone;
            forModerators |= entry.Audience == RoomAudience.Moderators;
        }
        return (forAll, forModerators);
    }

    private static ReadOnlySpan<byte> Merge(List<byte[]> states)
    {
        if (states.Count == 0) return default;
        if (states.Count == 1) return states[0];
        var merged = new StateFold();
        foreach (var state in states) merged.Add(state);
        return merged.ToArray(withRemoved: true);
    }

    private void ForgetPending()
    {
        _pending.Clear();
        _pendingStates.Clear();
        _pendingForModerators.Clear();
        _hasModeratorState = _hasPending = false;
    }
}
