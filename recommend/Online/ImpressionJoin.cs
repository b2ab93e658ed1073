using Engage.Neural;

namespace Engage.Recommend;

/// <summary>What is known of one impression, beside its feature row.</summary>
/// <param name="Key">Of user and item, see <see cref="ImpressionJoin.KeyOf"/>.</param>
/// <param name="User">Of the user alone, see <see cref="ImpressionJoin.UserOf"/>.</param>
/// <param name="Gap">Of no meaning: see <see cref="ModelState"/>.</param>
/// <param name="Predicted">P(engaged | shown) as the model saw it when the item was shown.</param>
/// <param name="Weight">Outcomes counted so far; 0 before the first.</param>
internal readonly record struct ShownEntry(
    ulong Key, uint User, uint Gap, long AtMs, float Predicted, float Propensity, float Weight, short Slot,
    bool Explored, Outcome Outcome);

/// <summary>Where an impression stands.</summary>
internal enum Outcome : byte
{
    /// <summary>May still be answered.</summary>
    Waiting,

    /// <summary>Was taken for passed over; a late outcome corrects that.</summary>
    PassedOver,

    /// <summary>Was answered; a stronger outcome may follow.</summary>
    Engaged,

    /// <summary>Is over: dismissed, or shown again since.</summary>
    Closed,
}

/// <summary>
/// Joins impressions with what their users then did. A ring in order of arrival, at most so many: the oldest are at its
/// tail, the cursor parts those whose time has passed from those that wait. Knows no clock and no user: the key is a
/// hash, so that the saved model holds nothing personal. Two impressions of one key within the window are one question
/// and wait as one.
/// </summary>
/// <remarks>
/// Bounded without bias: when the stream brings more than fits, only users whose hash ends with one more zero bit are
/// followed, each for the whole window, and what is pushed out while it waits gets no outcome at all. Rejected: to take
/// the oldest for passed over early. Under load that turns every slow click into a no.
/// </remarks>
/// <param name="width">Features of a row.</param>
/// <param name="perUserMax">Most impressions of one user that wait, so that one client does not push out
/// everybody.</param>
internal sealed class ImpressionJoin(int max, int width, int perUserMax = int.MaxValue)
{
    private const int LevelMax = 24;

    private readonly Dictionary<ulong, long> _newest = [];
    private readonly Dictionary<uint, int> _waitingOf = [];
    private ShownEntry[] _entries = [];
    private Half[] _rows = [];
    private long _tail;
    private long _cursor;
    private long _next;
    private int _level;
    private long _levelSinceMs;
    private long _dropped;

    /// <summary>Halvings of the sample: 1 of 2^level users is followed.</summary>
    public int Level => _level;

    /// <summary>Impressions that got no outcome because there was no place for them.</summary>
    public long Dropped => _dropped;

    /// <summary>Impressions without outcome so far.</summary>
    public int Waiting { get; private set; }

    /// <summary>Impressions remembered, whatever became of them.</summary>
    public int Count => (int)(_next - _tail);

    /// <summary>True when the next impression finds no place unless one that waits is dropped.</summary>
    public bool IsFull => Count == max && this[_tail].Outcome == Outcome.Waiting;

    /// <summary>A stable number for user and item.</summary>
    public static ulong KeyOf(string user, string item) =>
        StableHash.Mix(StableHash.Of(user) + (3 * StableHash.Of(item)));

    /// <summary>A stable number for a user.</summary>
    public static uint UserOf(string user) => (uint)StableHash.Mix(StableHash.Of(user));

    /// <summary>Whether this user belongs to the sample.</summary>
    public bool Follows(uint user) => (user & ((1u << _level) - 1)) == 0;

    /// <summary>Whether another impression of this user may wait; if not, it is counted as dropped.</summary>
    public bool Takes(uint user)
    {
        var takes = Follows(user) && _waitingOf.GetValueOrDefault(user) < perUserMax;
        _dropped += takes ? 0 : 1;
        return takes;
    }

    /// <summary>
    /// Makes room for one impression if everything waits: what is closed goes, or else every second user; the oldest
    /// if nobody else is left.
    /// </summary>
    public void MakeRoom(long nowMs)
    {
        if (!IsFull)
            return;
        var closed = 0;
        for (var at = _tail; at < _next; at++)
            closed += this[at].Outcome == Outcome.Closed ? 1 : 0;
        if (4L * closed < max && _level < LevelMax)
            (_level, _levelSinceMs) = (_level + 1, nowMs);
        Compact();
        if (Count == max)
            Forget();
    }

    /// <summary>Follows twice as many users when those followed have left most places free for a whole
    /// window.</summary>
    public void Widen(long nowMs, long windowMs)
    {
        if (_level > 0 && Waiting < max / 4 && nowMs - _levelSinceMs > windowMs)
            (_level, _levelSinceMs) = (_level - 1, nowMs);
    }

    /// <summary>True while an impression of this key waits.</summary>
    public bool IsWaiting(ulong key) => _newest.TryGetValue(key, out var at) && this[at].Outcome == Outcome.Waiting;

    /// <summary>Lets an impression wait; the caller has made room (<see cref="MakeRoom"/>).</summary>
    /// <param name="row">[width], what the engagement model is to learn from.</param>
    public void Add(in ShownEntry entry, ReadOnlySpan<float> row)
    {
        if (IsFull)
            throw new InvalidOperationException($"All {max} impressions wait; make room first.");
        if (_newest.TryGetValue(entry.Key, out var before))
            Close(before);
        if (Count == max)
            Forget();
        Reserve();
        this[_next] = entry with { Outcome = Outcome.Waiting, Weight = 0 };
        var into = RowAt(_next);
        for (var i = 0; i < width; i++)
            into[i] = (Half)row[i];
        _newest[entry.Key] = _next++;
        CountWaiting(entry.User, 1);
    }

    /// <summary>Joins an engagement with the newest impression of its key.</summary>
    /// <param name="weight">Of the outcome; only what exceeds the outcomes before it is new.</param>
    /// <param name="earliestMs">When the impression must have been shown at the earliest.</param>
    /// <param name="entry">The impression as it was before.</param>
    /// <param name="row">[width], receives its features.</param>
    /// <returns>False if no impression explains the engagement.</returns>
    public bool TryEngage(ulong key, float weight, long earliestMs, out ShownEntry entry, Span<float> row)
    {
        entry = default;
        if (!_newest.TryGetValue(key, out var at) || this[at].AtMs < earliestMs)
            return false;
        entry = this[at];
        Read(at, row);
        if (entry.Outcome == Outcome.Waiting)
            CountWaiting(entry.User, -1);
        this[at] = entry with { Outcome = Outcome.Engaged, Weight = Math.Max(entry.Weight, weight) };
        return true;
    }

    /// <summary>Takes the impression that waits for this key out, answered with no.</summary>
    public bool TryDismiss(ulong key, out ShownEntry entry, Span<float> row)
    {
        entry = default;
        if (!IsWaiting(key))
            return false;
        var at = _newest[key];
        entry = this[at];
        Read(at, row);
        Close(at);
        return true;
    }

    /// <summary>The oldest waiting impression shown before a moment is now taken for passed over.</summary>
    /// <returns>False when none is that old. Arrival order decides: one with a late clock may hold others a
    /// little.</returns>
    public bool TryExpire(long shownBeforeMs, out ShownEntry entry, Span<float> row)
    {
        for (; _cursor < _next; _cursor++)
        {
            entry = this[_cursor];
            if (entry.Outcome != Outcome.Waiting)
                continue;
            if (entry.AtMs >= shownBeforeMs)
                return false;
            Read(_cursor, row);
            this[_cursor++] = entry with { Outcome = Outcome.PassedOver };
            CountWaiting(entry.User, -1);
            return true;
        }

        entry = default;
        return false;
    }

    /// <summary>Closes all of a user's impressions: nothing more is learned from them.</summary>
    public void Forget(uint user)
    {
        for (var at = _tail; at < _next; at++)
            if (this[at].User == user && this[at].Outcome != Outcome.Closed)
                Close(at);
    }

    public void Carry(ModelState state)
    {
        var (entries, rows) = (new ShownEntry[Count], new Half[Count * width]);
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = this[_tail + i];
            RowAt(_tail + i).CopyTo(rows.AsSpan(i * width));
        }

        state.Array("join.entries", ref entries);
        state.Array("join.rows", ref rows);
        state.Value("join.tail", ref _tail);
        state.Value("join.cursor", ref _cursor);
        state.Value("join.level", ref _level);
        state.Value("join.level_since", ref _levelSinceMs);
        state.Value("join.dropped", ref _dropped);
        if (state.Loading)
            Restore(entries, rows);
    }

    private void Restore(ShownEntry[] entries, Half[] rows)
    {
        if (rows.Length != entries.Length * width || entries.Length > max)
            throw new InvalidDataException(
                $"{entries.Length} impressions with {rows.Length} features were saved; the options ask for at most " +
                $"{max} with {width} each. Load with the options it was saved with.");
        _newest.Clear();
        _waitingOf.Clear();
        (_next, Waiting) = (_tail, 0);
        foreach (var entry in entries)
        {
            Reserve();
            this[_next] = entry;
            rows.AsSpan((int)(_next - _tail) * width, width).CopyTo(RowAt(_next));
            if (entry.Outcome != Outcome.Closed)
                _newest[entry.Key] = _next;
            if (entry.Outcome == Outcome.Waiting)
                CountWaiting(entry.User, 1);
            _next++;
        }
    }

    private ref ShownEntry this[long at] => ref _entries[at % _entries.Length];

    private Span<Half> RowAt(long at) => _rows.AsSpan((int)(at % _entries.Length) * width, width);

    private void Read(long at, Span<float> row)
    {
        var from = RowAt(at);
        for (var i = 0; i < width; i++)
            row[i] = (float)from[i];
    }

    private void Close(long at)
    {
        if (this[at].Outcome == Outcome.Waiting)
            CountWaiting(this[at].User, -1);
        this[at] = this[at] with { Outcome = Outcome.Closed };
        _newest.Remove(this[at].Key);
    }

    private void CountWaiting(uint user, int change)
    {
        Waiting += change;
        var count = _waitingOf.GetValueOrDefault(user) + change;
        if (count > 0)
            _waitingOf[user] = count;
        else
            _waitingOf.Remove(user);
    }

    /// <summary>Moves what is followed and not closed together, in its order.</summary>
    private void Compact()
    {
        var (into, cursor) = (_tail, _tail);
        for (var at = _tail; at < _next; at++)
        {
            var entry = this[at];
            if (entry.Outcome != Outcome.Closed && !Follows(entry.User))
            {
                _dropped += entry.Outcome == Outcome.Waiting ? 1 : 0;
                Close(at);
            }
            else if (entry.Outcome != Outcome.Closed)
            {
                this[into] = entry;
                RowAt(at).CopyTo(RowAt(into));
                _newest[entry.Key] = into++;
            }

            cursor = at < _cursor ? into : cursor;
        }

        (_cursor, _next) = (cursor, into);
    }

    private void Forget()
    {
        _dropped += this[_tail].Outcome == Outcome.Waiting ? 1 : 0;
        if (_newest.TryGetValue(this[_tail].Key, out var newest) && newest == _tail)
            Close(_tail);
        _cursor = Math.Max(_cursor, ++_tail);
    }

    /// <summary>Grows as long as the ring is not full, so that a stream without impressions pays nothing.</summary>
    private void Reserve()
    {
        if (Count < _entries.Length)
            return;
        var size = Math.Min(max, Math.Max(64, 2 * _entries.Length));
        var (entries, rows) = (new ShownEntry[size], new Half[size * width]);
        for (var at = _tail; at < _next; at++)
        {
            entries[at % size] = this[at];
            RowAt(at).CopyTo(rows.AsSpan((int)(at % size) * width));
        }

        (_entries, _rows) = (entries, rows);
    }
}
