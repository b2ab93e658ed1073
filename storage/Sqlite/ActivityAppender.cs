using Engage.Contracts.Activity;
using Engage.Storage.Sqlite.Keys;

namespace Engage.Storage.Sqlite;

/// <summary>
/// The journal's side of the writer: finds duplicates, gathers what is new, fills the tails. Writer's thread only,
/// except
/// <see cref="Tails"/>.
/// </summary>
internal sealed class ActivityAppender : IWritePartner
{
    private readonly JournalWriter _writer;
    private readonly EventKeys _keys;
    private readonly TextCache _texts = new();

    public ActivityAppender(StorageOptions options)
    {
        _writer = new JournalWriter(options.PartitionCount);
        _keys = new EventKeys(options.EventKeysMax, options.PartitionCount);
        Tails =
        [
            .. Enumerable.Range(0, options.PartitionCount)
                .Select(partition => new TailBlocks(partition, options.TailEventsMax, _texts)),
        ];
    }

    /// <summary>What readers see: durable events only.</summary>
    public TailBlocks[] Tails { get; }

    public void Reload(SqliteSession session)
    {
        _writer.Reload(session);
        _keys.Reload(session);
        for (var partition = 0; partition < Tails.Length; partition++)
            Tails[partition].Reset(_writer.Head(partition));
    }

    public AppendReceipt Append(SqliteSession session, in JournalEntry entry)
    {
        var (user, key, partition, record) = entry;
        if (_keys.OffsetOf(session, key, user, partition) is { } first)
            return new(new JournalPosition(partition, first), Duplicate: true);

        var offset = _writer.Append(session, partition, record.Span);
        _keys.Add(key, JournalRecord.UserOf(record.Span, _texts), partition, offset);
        return new(new JournalPosition(partition, offset), Duplicate: false);
    }

    /// <summary>Before the commit.</summary>
    public void Flush(SqliteSession session)
    {
        _writer.Flush(session);
        _keys.Advance(session);
    }

    /// <summary>After the commit.</summary>
    public void Publish() => _writer.Publish(Tails);
}
