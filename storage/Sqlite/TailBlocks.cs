using Engage.Contracts.Activity;

namespace Engage.Storage.Sqlite;

/// <summary>
/// The newest blocks of one partition in memory. The pump reads right after an append, so nearly all reads end here,
/// without SQL. Bytes, not events, and all of them in few arrays (<see cref="ByteQueue"/>): as objects, each commit's
/// would live just long enough to be moved twice by the garbage collector before it is let go. Whoever reads copies a
/// block and decodes the copy. Filled only after the commit: what is here is durable.
/// </summary>
/// <param name="eventsMax">Kept at least, once there were as many; a block is kept or dropped as a whole.</param>
/// <param name="texts">Where those who decode find ids that came before.</param>
internal sealed class TailBlocks(int partition, int eventsMax, TextCache texts)
{
    /// <summary>Of the block that is being read, one for each thread that reads.</summary>
    [ThreadStatic]
    private static RecordBuffer? t_copy;

    private readonly Lock _gate = new();
    private readonly ByteQueue _bodies = new();

    /// <summary>A ring: no object of its own for each block.</summary>
    private Block[] _blocks = new Block[16];
    private int _oldest;
    private int _count;
    private long _head;
    private int _events;

    /// <summary>The newest durable offset; 0 for an empty partition.</summary>
    public long Head => Volatile.Read(ref _head);

    public void Add(long first, int events, ReadOnlySpan<byte> body)
    {
        lock (_gate)
        {
            if (first != _head + 1)
                throw new InvalidOperationException($"The tail goes on with offset {_head + 1}, found {first}.");

            if (_count == _blocks.Length) Grow();
            At(_count++) = new(first, events, _bodies.Add(body), body.Length);
            _events += events;
            while (_events - At(0).Events >= eventsMax)
            {
                _events -= At(0).Events;
                _oldest = (_oldest + 1) % _blocks.Length;
                _count--;
            }
            _bodies.DropBefore(At(0).Place);
            Volatile.Write(ref _head, first + events - 1);
        }
    }

    /// <summary>
    /// Forgets everything and goes on after <paramref name="head"/>: at start, and after a failed commit.
    /// </summary>
    public void Reset(long head)
    {
        lock (_gate)
        {
            if (head == _head) return;
            if (_count > 0) _bodies.DropBefore(At(_count - 1).Place);
            (_oldest, _count, _events) = (0, 0, 0);
            Volatile.Write(ref _head, head);
        }
    }

    /// <returns>Null when the first event asked for is no longer here; otherwise the events, possibly none.</returns>
    public JournaledEvent[]? Read(long after, int limit)
    {
        var copy = t_copy ??= new(0);
        if (!TryCopy(after + 1, copy, out var first, out var left)) return left == 0 ? [] : null;

        var (found, count) = (new JournaledEvent[Math.Min(limit, left)], 0);
        RecordVisitor take = (offset, content) =>
        {
            found[count++] = new(offset, JournalRecord.Decode(content, texts));
            return count < found.Length;
        };
        while (JournalBlock.Walk(partition, first, copy.Written, after, take))
            if (!TryCopy(after + count + 1, copy, out first, out _)) return found[..count];
        return found;
    }

    /// <summary>Copies the block with the event at an offset, which may be dropped as soon as this is over.</summary>
    /// <param name="to">Instead of what was there.</param>
    /// <param name="first">The offset of the block's first event.</param>
    /// <param name="left">How many there are from <paramref name="offset"/> on.</param>
    /// <returns>False when the event is not here: not yet, or no longer.</returns>
    private bool TryCopy(long offset, RecordBuffer to, out long first, out long left)
    {
        to.Clear(JournalWriter.BlockBytesMax);
        lock (_gate)
        {
            (first, left) = (0, Math.Max(0, _head - offset + 1));
            if (left == 0 || left > _events) return false;

            // Readers are nearly always near the head: from there it is a few steps back.
            var at = _count - 1;
            while (At(at).First > offset) at--;
            first = At(at).First;
            _bodies.CopyTo(At(at).Place, to.Skip(At(at).Bytes));
            return true;
        }
    }

    private ref Block At(int index) => ref _blocks[(_oldest + index) % _blocks.Length];

    private void Grow()
    {
        var larger = new Block[2 * _blocks.Length];
        for (var i = 0; i < _count; i++) larger[i] = At(i);
        (_blocks, _oldest) = (larger, 0);
    }

    private readonly record struct Block(long First, int Events, long Place, int Bytes);
}
