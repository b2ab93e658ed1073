using System.Buffers.Binary;

namespace Engage.Storage.Sqlite;

/// <summary>
/// Gathers what a group brings and writes it as one row before the commit. Offsets are given out in memory and become
/// the truth with the commit; <see cref="Reload"/> takes back those of a failed one. Writer's thread only.
/// </summary>
internal sealed class JournalWriter(int partitionCount)
{
    /// <summary>
    /// A reader takes a block as a whole, so it stays small against what is read at once; a larger group makes several.
    /// </summary>
    public const int BlockBytesMax = 262_144;

    private const int SectionBytes = 4_096;

    private const string Insert = "INSERT INTO journal_block (block, heads, body) VALUES (?1, ?2, ?3)";

    private readonly long[] _heads = new long[partitionCount];
    private readonly int[] _events = new int[partitionCount];
    private readonly RecordBuffer[] _sections =
        [.. Enumerable.Range(0, partitionCount).Select(_ => new RecordBuffer(SectionBytes))];
    private readonly List<(int Partition, int Events, int Bytes)> _directory = [];
    private readonly RecordBuffer _body = new(SectionBytes);
    private readonly byte[] _headBytes = new byte[partitionCount * sizeof(long)];

    /// <summary>Sections of this transaction that were written, and their records, one after another.</summary>
    private readonly List<(int Partition, long First, int Events, int Bytes)> _written = [];
    private readonly RecordBuffer _records = new(SectionBytes);
    private long _block;
    private int _bytes;

    public long Head(int partition) => _heads[partition];

    public void Reload(SqliteSession session)
    {
        (_block, var heads) = JournalReader.Last(session);
        for (var partition = 0; partition < partitionCount; partition++)
        {
            _heads[partition] = JournalReader.Head(heads, partition);
            _events[partition] = 0;
            _sections[partition].Clear(SectionBytes);
        }
        _bytes = 0;
        _body.Clear(BlockBytesMax);
        ForgetWritten();
    }

    /// <returns>The event's offset.</returns>
    public long Append(SqliteSession session, int partition, ReadOnlySpan<byte> record)
    {
        if (_bytes > 0 && _bytes + record.Length > BlockBytesMax) Flush(session);
        _sections[partition].Write(record);
        _bytes += record.Length;
        _events[partition]++;
        return ++_heads[partition];
    }

    /// <summary>Writes what was gathered.</summary>
    public void Flush(SqliteSession session)
    {
        if (_bytes == 0) return;

        Gather();
        for (var partition = 0; partition < partitionCount; partition++)
            BinaryPrimitives.WriteInt64LittleEndian(_headBytes.AsSpan(partition * sizeof(long)), _heads[partition]);
        session.Prepare(Insert).Bind(1, ++_block).Bind(2, _headBytes).Bind(3, _body.Written).Run();
        _body.Clear(BlockBytesMax);
        _bytes = 0;
    }

    /// <summary>After the commit.</summary>
    /// <param name="tails">Who shows what was written, by partition; none if nobody can ask yet.</param>
    public void Publish(params IReadOnlyList<TailBlocks> tails)
    {
        var records = _records.Written;
        if (tails.Count > 0)
            foreach (var (partition, first, events, bytes) in _written)
            {
                tails[partition].Add(first, events, records[..bytes]);
                records = records[bytes..];
            }
        ForgetWritten();
    }

    private void Gather()
    {
        _directory.Clear();
        _body.Clear(BlockBytesMax); // Nothing of an insert that failed.
        for (var partition = 0; partition < partitionCount; partition++)
            if (_events[partition] > 0)
                _directory.Add((partition, _events[partition], _sections[partition].Length));
        JournalBlock.WriteDirectory(_directory, _body);
        foreach (var (partition, events, bytes) in _directory)
        {
            _body.Write(_sections[partition].Written);
            _records.Write(_sections[partition].Written);
            _written.Add((partition, _heads[partition] - events + 1, events, bytes));
            _sections[partition].Clear(8 * SectionBytes);
            _events[partition] = 0;
        }
    }

    private void ForgetWritten()
    {
        _written.Clear();
        _records.Clear(BlockBytesMax);
    }
}
