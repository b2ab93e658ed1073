using Engage.Storage.Sqlite;

namespace Engage.Storage.Tests;

/// <summary>What is particular to a file.</summary>
public sealed class SqliteMigrationTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

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
    public void FileThatIsNoDatabaseIsRefused()
    {
        File.WriteAllText(_folder.File, new string('x', 5_000));

        var error = Assert.Throws<StorageException>(() => _folder.Open());

        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.File, error.Message, StringComparison.Ordinal);
    }
}
