using System.Buffers;
using System.Runtime.InteropServices;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>
/// Writes a group of appends: one call of <c>journal_append</c>, with the events as arrays. Used by one lane's loop
/// only; its buffers are used again and again.
/// </summary>
internal sealed class JournalGroupWriter(TailRing[] tails, int secondsMax) : GroupWriter<AppendWrite>
{
    private const string Append = """
        SELECT bases, places, known FROM journal_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """;

    /// <summary>Groups after one with a known event that look before they insert: retries come in swarms.</summary>
    private const int WaryGroups = 16;

    private readonly int[] _slotOf = new int[tails.Length];
    private readonly int[] _countOf = new int[tails.Length];
    private readonly Dictionary<(string User, Guid EventId), int> _rowOf = [];
    private readonly List<int> _slots = [];
    private readonly List<int> _ranks = [];
    private readonly List<string> _users = [];
    private readonly List<short> _kinds = [];
    private readonly List<long> _times = [];
    private readonly List<Guid> _ids = [];
    private readonly List<int> _starts = [];
    private readonly List<int> _lengths = [];
    private readonly ArrayBufferWriter<byte> _bodies = new(64 * 1024);
    private int _wary;

    /// <inheritdoc/>
    /// <remarks>An event that the first try did append is found by its id, and not appended again.</remarks>
    public override bool MayRepeat => true;

    /// <inheritdoc/>
    public override async Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<AppendWrite> group)
    {
        var touched = Gather(group);
        var answer = await AppendAsync(connection, touched).ConfigureAwait(false);

        var metKnown = answer.Known is not null && answer.Known.AsSpan().Contains(true);
        _wary = metKnown ? WaryGroups : Math.Max(0, _wary - 1);
        Publish(group, touched, answer);
    }

    private async Task<Answer> AppendAsync(NpgsqlConnection connection, int[] touched)
    {
        using var command = Command(connection, touched, lookFirst: _wary > 0);
        using var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
        await reader.ReadAsync().ConfigureAwait(false);
        var bases = reader.GetFieldValue<long[]>(0);
        var allNew = reader.IsDBNull(1);
        var answer = new Answer(
            bases, allNew ? null : reader.GetFieldValue<long[]>(1), allNew ? null : reader.GetFieldValue<bool[]>(2));
        // Committed is what the server has confirmed after the last row, not before.
        while (await reader.NextResultAsync().ConfigureAwait(false)) { }
        return answer;
    }

    /// <returns>The touched partitions, ascending.</returns>
    private int[] Gather(IReadOnlyList<AppendWrite> group)
    {
        Clear();
        foreach (var write in group)
            foreach (ref readonly var entry in write.Events.AsSpan()) _countOf[entry.Partition]++;

        var touched = new List<int>();
        for (var partition = 0; partition < _countOf.Length; partition++)
        {
            if (_countOf[partition] == 0) continue;
            touched.Add(partition);
            _slotOf[partition] = touched.Count;
        }
        Array.Clear(_countOf);
        foreach (var write in group) Gather(write);
        return [.. touched];
    }

    private void Gather(AppendWrite write)
    {
        for (var i = 0; i < write.Events.Length; i++)
        {
            ref readonly var entry = ref write.Events[i];
            ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(
                _rowOf, (entry.Event.User.Value, entry.Event.EventId), out var again);
            if (!again) row = Add(entry);
            write.Places[i] = (row, again);
        }
    }

    private int Add(in EncodedEvent entry)
    {
        _slots.Add(_slotOf[entry.Partition]);
        _ranks.Add(++_countOf[entry.Partition]);
        _users.Add(entry.Event.User.Value);
        _kinds.Add((short)entry.Event.Kind);
        _times.Add(entry.Event.OccurredAt.ToUnixTimeMilliseconds());
        _ids.Add(entry.Event.EventId);
        _starts.Add(_bodies.WrittenCount + 1);
        _lengths.Add(entry.Body.Length);
        _bodies.Write(entry.Body.Span);
        return _ids.Count - 1;
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, int[] touched, bool lookFirst) => new(Append, connection)
    {
        CommandTimeout = secondsMax,
        Parameters =
        {
            new NpgsqlParameter<int[]> { TypedValue = touched },
            new NpgsqlParameter<int[]> { TypedValue = Array.ConvertAll(touched, partition => _countOf[partition]) },
            new NpgsqlParameter<List<int>> { TypedValue = _slots },
            new NpgsqlParameter<List<int>> { TypedValue = _ranks },
            new NpgsqlParameter<List<string>> { TypedValue = _users },
            new NpgsqlParameter<List<short>> { TypedValue = _kinds },
            new NpgsqlParameter<List<long>> { TypedValue = _times },
            new NpgsqlParameter<List<Guid>> { TypedValue = _ids },
            new NpgsqlParameter<List<int>> { TypedValue = _starts },
            new NpgsqlParameter<List<int>> { TypedValue = _lengths },
            new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = _bodies.WrittenMemory },
            new NpgsqlParameter<bool> { TypedValue = lookFirst },
        },
    };

    /// <summary>Tells each write its places, and the tails what is new.</summary>
    private void Publish(IReadOnlyList<AppendWrite> group, int[] touched, Answer answer)
    {
        // Other processes may have appended in between: then the tail starts over behind their events.
        for (var i = 0; i < touched.Length; i++) tails[touched[i]].Reset(answer.Bases[i]);
        foreach (var write in group)
        {
            for (var i = 0; i < write.Events.Length; i++)
            {
                ref readonly var entry = ref write.Events[i];
                var (row, again) = write.Places[i];
                var offset = answer.Places?[row] ?? answer.Bases[_slots[row] - 1] + _ranks[row];
                var duplicate = again || (answer.Known?[row] ?? false);
                write.Receipts[i] = new(new JournalPosition(entry.Partition, offset), duplicate);
                if (!duplicate) tails[entry.Partition].Add(new JournaledEvent(offset, entry.Event));
            }
        }
    }

    private void Clear()
    {
        _rowOf.Clear();
        _slots.Clear();
        _ranks.Clear();
        _users.Clear();
        _kinds.Clear();
        _times.Clear();
        _ids.Clear();
        _starts.Clear();
        _lengths.Clear();
        _bodies.ResetWrittenCount();
        Array.Clear(_countOf);
    }

    /// <param name="Bases">Of each touched partition: the head before the group.</param>
    /// <param name="Places">Of each row its offset; null when all were new and follow the bases.</param>
    /// <param name="Known">Of each row whether it was there already.</param>
    private readonly record struct Answer(long[] Bases, long[]? Places, bool[]? Known);
}

/// <summary>One caller's events on their way into the journal.</summary>
internal sealed class AppendWrite(EncodedEvent[] events, CancellationToken cancellationToken)
    : PostgresWrite<AppendReceipt[]>(events.Length, cancellationToken)
{
    public EncodedEvent[] Events => events;

    /// <summary>
    /// Of each event its row in the group, and whether an earlier event of the group has the same key and so the same
    /// row.
    /// </summary>
    public (int Row, bool Again)[] Places { get; } = new (int, bool)[events.Length];

    public AppendReceipt[] Receipts { get; } = new AppendReceipt[events.Length];

    public override void Complete()
    {
        Result = Receipts;
        base.Complete();
    }
}
