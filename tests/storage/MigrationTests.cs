using Engage.Contracts.Activity;
using Engage.Storage.Sqlite;

namespace Engage.Storage.Tests;

public sealed class MigrationTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryStepIsAppliedOnce()
    {
        _folder.Open().Dispose();
        _folder.Open().Dispose();

        Assert.Equal(Migration.Embedded("Sqlite").Count, _folder.Query("SELECT count(*) FROM schema_migration"));
        Assert.Equal(
            Enumerable.Range(1, Migration.Embedded("Sqlite").Count),
            Migration.Embedded("Sqlite").Select(migration => migration.Version));
    }

    [Fact]
    public void ChangedStepIsRefused()
    {
        _folder.Open().Dispose();
        _folder.Execute("UPDATE schema_migration SET checksum = 'other' WHERE version = 1");

        var error = Assert.Throws<StorageException>(() => _folder.Open());

        Assert.Contains("0001_", error.Message, StringComparison.Ordinal);
        Assert.Contains("checksum other", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DatabaseOfANewerVersionIsRefused()
    {
        _folder.Open().Dispose();
        _folder.Execute("INSERT INTO schema_migration VALUES (99, '0099_future', 'x', '2030-01-01')");

        var error = Assert.Throws<StorageException>(() => _folder.Open());

        Assert.Contains("0099_future", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StepThatFailsLeavesNothingBehind()
    {
        using var session = SqliteSession.OpenWriter(_folder.File);
        Migration[] steps =
            [new(1, "0001_good", "CREATE TABLE good (id INTEGER)"), new(2, "0002_bad", "CREATE TABLE oops (")];

        Assert.ThrowsAny<Exception>(() => Migrations.Apply(session, steps, DateTimeOffset.UnixEpoch));

        Assert.Equal(0, _folder.Query("SELECT count(*) FROM sqlite_schema"));
    }

    [Fact]
    public void LineEndsDoNotChangeAChecksum() =>
        Assert.Equal(new Migration(1, "a", "x\ny\n").Checksum, new Migration(1, "a", "x\r\ny\r\n").Checksum);

    [Fact]
    public void AnotherPartitionCountIsRefusedAndTheStoredOneNamed()
    {
        _folder.Open(options => options.PartitionCount = 8).Dispose();

        var error = Assert.Throws<StorageException>(() => _folder.Open(options => options.PartitionCount = 4));

        Assert.Contains("created with 8 partitions", error.Message, StringComparison.Ordinal);
        _folder.Open(options => options.PartitionCount = 8).Dispose();
    }

    [Fact]
    public void FileThatIsNoDatabaseIsRefused()
    {
        File.WriteAllText(_folder.File, new string('x', 5_000));

        var error = Assert.Throws<StorageException>(() => _folder.Open());

        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.File, error.Message, StringComparison.Ordinal);
    }
}
