namespace Engage.Storage.Tests;

public abstract class MigrationTests : StorageSuite
{
    private protected MigrationTests(StorageSite site) : base(site) { }

    [StorageFact]
    public void EveryStepIsAppliedOnce()
    {
        Site.Open().Dispose();
        var steps = Site.Query("SELECT count(*) FROM schema_migration");
        Site.Open().Dispose();

        Assert.True(steps > 0);
        Assert.Equal(steps, Site.Query("SELECT max(version) FROM schema_migration"));
        Assert.Equal(steps, Site.Query("SELECT count(*) FROM schema_migration"));
    }

    [StorageFact]
    public void ChangedStepIsRefused()
    {
        Site.Open().Dispose();
        Site.Execute("UPDATE schema_migration SET checksum = 'other' WHERE version = 1");

        var error = Assert.Throws<StorageException>(() => Site.Open());

        Assert.Contains("0001_", error.Message, StringComparison.Ordinal);
        Assert.Contains("checksum other", error.Message, StringComparison.Ordinal);
    }

    [StorageFact]
    public void DatabaseOfANewerVersionIsRefused()
    {
        Site.Open().Dispose();
        Site.Execute("INSERT INTO schema_migration VALUES (99, '0099_future', 'x', '2030-01-01')");

        var error = Assert.Throws<StorageException>(() => Site.Open());

        Assert.Contains("0099_future", error.Message, StringComparison.Ordinal);
    }

    [StorageFact]
    public void AnotherPartitionCountIsRefusedAndTheStoredOneNamed()
    {
        Site.Open(options => options.PartitionCount = 8).Dispose();

        var error = Assert.Throws<StorageException>(() => Site.Open(options => options.PartitionCount = 4));

        Assert.Contains("created with 8 partitions", error.Message, StringComparison.Ordinal);
        Site.Open(options => options.PartitionCount = 8).Dispose();
    }

    public sealed class OnSqlite() : MigrationTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : MigrationTests(new PostgresSite());
}
