using Engage.Storage.Books;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>
/// Writes a group of entries in one transaction and two round trips: one that locks the head and reads what the
/// decisions need, one that writes what they brought and commits.
/// </summary>
internal sealed class BookGroupWriter(int secondsMax) : GroupWriter<PostgresBookWrite>
{
    /// <inheritdoc/>
    /// <remarks>Entries that the first try did commit are known by their keys.</remarks>
    public override bool MayRepeat => true;

    /// <inheritdoc/>
    public override async Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<PostgresBookWrite> group)
    {
        try
        {
            var state = await PostgresBookState.LockAsync(connection, group, secondsMax).ConfigureAwait(false);
            var decided = new BookGroup(state);
            var rows = Decide(decided, group);

            using var batch = new NpgsqlBatch(connection) { Timeout = secondsMax };
            if (rows.Count > 0) BookInserts.Add(batch, decided, rows);
            batch.BatchCommands.Add(new("COMMIT"));
            await batch.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresFailure.Classify(error) is not FailureKind.Lost)
        {
            await RollBackAsync(connection).ConfigureAwait(false);
            throw;
        }
    }

    private static List<BookEntryRows> Decide(BookGroup decided, IReadOnlyList<PostgresBookWrite> group)
    {
        var all = new List<BookEntryRows>(group.Count);
        foreach (var write in group)
        {
            try
            {
                write.Decided(decided.Decide(write.Entry, out var rows));
                if (rows is not null) all.Add(rows);
            }
            // A damaged row that one entry needs is that entry's misfortune alone.
            catch (StorageException error)
            {
                write.Spoiled(error);
            }
        }
        return all;
    }

    /// <summary>The lane may go on with this connection, one write at a time.</summary>
    private static async Task RollBackAsync(NpgsqlConnection connection)
    {
        try
        {
            using var command = new NpgsqlCommand("ROLLBACK", connection);
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresFailure.Is(error) || error is InvalidOperationException)
        {
            // It is gone, and with it the transaction; the next use of it will say so.
        }
    }
}

/// <summary>An entry on its way into the books. Whatever becomes of it is a result.</summary>
internal sealed class PostgresBookWrite(BookEntry entry, CancellationToken cancellationToken)
    : PostgresWrite<BookOutcome>(1 + entry.Postings.Count + entry.Documents.Count, cancellationToken)
{
    private StorageException? _spoiled;

    public BookEntry Entry => entry;

    public void Decided(BookOutcome outcome) => (Result, _spoiled) = (outcome, null);

    /// <summary>Nothing of it is written, whatever becomes of its group.</summary>
    public void Spoiled(StorageException error) => _spoiled = error;

    public override void Complete()
    {
        if (_spoiled is { } error) Fail(error);
        else base.Complete();
    }
}
