using Engage.Contracts.Activity;
using Engage.Postgres.Facts;

namespace Engage.Storage.Tests;

/// <summary>What only the tables can show.</summary>
public sealed class PostgresJournalTests : IDisposable
{
    private readonly PostgresSite _site = new();

    public void Dispose() => _site.Dispose();

    [PostgresFact]
    public void NoTableForgetsItsRowsInACrash()
    {
        _site.Open();

        Assert.True(_site.Query("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()") > 5);
        Assert.Equal(0, _site.Query("SELECT count(*) FROM pg_class WHERE relpersistence <> 'p' AND relkind = 'r'"));
    }

    [PostgresFact]
    public async Task CommitsWaitForTheDisk()
    {
        // Whatever the server's or the database's owner has set.
        _site.Execute($"ALTER DATABASE {_site.Database.Name} SET synchronous_commit = off");
        var journal = _site.Open().Journal;
        await journal.AppendAsync(Events.Steps(1, 1), default);
        var flushedBefore = Lsn("pg_current_wal_flush_lsn()");

        for (var step = 2; step < 12; step++)
        {
            await journal.AppendAsync(Events.Steps(step, 1), default);
            var flushed = Lsn("pg_current_wal_flush_lsn()");
            Assert.True(flushed > flushedBefore, $"Append {step} was acknowledged before the log was flushed.");
            flushedBefore = flushed;
        }
    }

    [PostgresFact]
    public async Task DamagedEventIsNamedByPartitionAndOffset()
    {
        using (var storage = _site.Open(options => options.PartitionCount = 1))
            await storage.Journal.AppendAsync(Events.Steps(1, 3), default);
        _site.Execute("""UPDATE activity_event SET body = '{"content":'::bytea WHERE "offset" = 2""");
        var journal = _site.Open(options => options.PartitionCount = 1).Journal;

        var error = await Assert.ThrowsAsync<StorageException>(() => journal.ReadAsync(0, 0, 10, default).AsTask());

        Assert.Contains("Event 0:2 ", error.Message, StringComparison.Ordinal);
        Assert.Single(await journal.ReadAsync(0, 2, 10, default));
    }

    [PostgresFact]
    public async Task UnknownFieldsOfALaterVersionAreIgnored()
    {
        using (var storage = _site.Open(options => options.PartitionCount = 1))
            await storage.Journal.AppendAsync([Events.Viewed("ann", 1)], default);
        _site.Execute("""UPDATE activity_event SET body = '{"content":"content-1","mood":{"of":[1]}}'::bytea""");

        var journal = _site.Open(options => options.PartitionCount = 1).Journal;
        var found = await journal.ReadAsync(0, 0, 1, default);

        Assert.Equal(Events.Viewed("ann", 1), found[0].Event);
    }

    [PostgresFact]
    public async Task TextThatTheServerCannotKeepIsRefusedAndHarmsNobodyElse()
    {
        var journal = _site.Open().Journal;
        var bad = Events.Viewed("ann", 1) with { User = new("nul\0user") };

        var others = Enumerable.Range(0, 20)
            .Select(step => journal.AppendAsync([Events.Viewed("bob", step)], default).AsTask()).ToList();
        await Assert.ThrowsAnyAsync<ArgumentException>(() => journal.AppendAsync([bad], default).AsTask());

        Assert.All(await Task.WhenAll(others), receipts => Assert.False(receipts[0].Duplicate));
    }

    private long Lsn(string function) => _site.Query($"SELECT ({function} - '0/0'::pg_lsn)::bigint");
}
