using Engage.Contracts;
using Engage.Contracts.Rooms;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>
/// Writes a group of appends as one batch, a call of <c>room_append</c> per append: one round trip, one transaction.
/// Conflicts are results of the call, so that they harm nobody else.
/// </summary>
internal sealed class RoomGroupWriter(int secondsMax) : GroupWriter<RoomAppendWrite>
{
    private const string Append = """
        SELECT head, known, places FROM room_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    /// <inheritdoc/>
    /// <remarks>Entries that the first try did append are known as its own.</remarks>
    public override bool MayRepeat => true;

    /// <inheritdoc/>
    public override async Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<RoomAppendWrite> group)
    {
        // By room, so that two processes never wait for each other's rooms crosswise; appends of one room in their
        // order.
        var ordered = group.OrderBy(write => write.Room.Value, StringComparer.Ordinal).ToList();
        using var batch = new NpgsqlBatch(connection) { Timeout = secondsMax };
        foreach (var write in ordered) batch.BatchCommands.Add(Command(write));
        foreach (var write in ordered) write.WasSent = true;

        using var reader = await batch.ExecuteReaderAsync().ConfigureAwait(false);
        foreach (var write in ordered)
        {
            await reader.ReadAsync().ConfigureAwait(false);
            write.Head = reader.GetInt64(0);
            write.Duplicates = reader.IsDBNull(1)
                ? []
                : [.. reader.GetFieldValue<int[]>(1)
                    .Zip(reader.GetFieldValue<long[]>(2), (index, seq) => new DuplicateEntry(index, seq))];
            // After the last one this is the server's word that all is committed.
            await reader.NextResultAsync().ConfigureAwait(false);
        }
    }

    private static NpgsqlBatchCommand Command(RoomAppendWrite write)
    {
        var entries = write.Entries;
        return new NpgsqlBatchCommand(Append)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = write.Room.Value },
                new NpgsqlParameter<long> { TypedValue = entries[0].Seq },
                new NpgsqlParameter<long[]>
                {
                    TypedValue = Column(entries, entry => entry.At.ToUnixTimeMilliseconds()),
                },
                new NpgsqlParameter<short[]> { TypedValue = Column(entries, entry => (short)entry.Kind) },
                new NpgsqlParameter<short[]> { TypedValue = Column(entries, entry => (short)entry.Audience) },
                new NpgsqlParameter<string?[]> { TypedValue = Column(entries, entry => entry.By?.Value) },
                new NpgsqlParameter<Guid?[]> { TypedValue = Column(entries, entry => entry.MessageId) },
                new NpgsqlParameter<int[]> { TypedValue = Column(entries, entry => entry.Json.Length) },
                new NpgsqlParameter<byte[]> { TypedValue = Bodies(entries) },
                new NpgsqlParameter<bool> { TypedValue = write.WasSent },
            },
        };
    }

    private static T[] Column<T>(IReadOnlyList<LoggedEntry> entries, Func<LoggedEntry, T> value)
    {
        var column = new T[entries.Count];
        for (var i = 0; i < column.Length; i++) column[i] = value(entries[i]);
        return column;
    }

    private static byte[] Bodies(IReadOnlyList<LoggedEntry> entries)
    {
        var bodies = new byte[entries.Sum(entry => entry.Json.Length)];
        var end = 0;
        foreach (var entry in entries)
        {
            entry.Json.CopyTo(bodies, end);
            end += entry.Json.Length;
        }
        return bodies;
    }
}

/// <summary>Entries of one room on their way into its log.</summary>
internal sealed class RoomAppendWrite(
    RoomId room, IReadOnlyList<LoggedEntry> entries, CancellationToken cancellationToken)
    : PostgresWrite<DuplicateEntry[]>(entries.Count, cancellationToken)
{
    public RoomId Room => room;
    public IReadOnlyList<LoggedEntry> Entries => entries;

    /// <summary>Whether a try before this one may have been committed.</summary>
    public bool WasSent { get; set; }

    /// <summary>The newest entry before the append.</summary>
    public long Head { get; set; }

    public DuplicateEntry[] Duplicates { get; set; } = [];

    public override void Complete()
    {
        if (Head != entries[0].Seq - 1)
        {
            Fail(RoomLogEntries.Stale(room, Head, entries[0].Seq));
            return;
        }
        Result = Duplicates;
        base.Complete();
    }
}
