using Engage.Postgres;
using Engage.Postgres.Facts;
using Npgsql;

namespace Engage.Storage.Tests;

/// <summary>The private server that all other tests on PostgreSQL rely upon.</summary>
public sealed class PostgresServerTests
{
    [PostgresFact]
    public void KilledServerKeepsWhatWasCommittedAndItsPort()
    {
        using var server = PostgresServer.Start();
        using var database = server.CreateDatabase();
        database.Execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)");
        var port = server.Port;

        server.Kill();
        Assert.Throws<NpgsqlException>(() => database.Query("SELECT 1"));
        server.Start();

        Assert.Equal(1, database.Query("SELECT count(*) FROM kept"));
        Assert.Equal(port, server.Port);
        Assert.Equal(1, database.Query("SELECT count(*) FROM pg_settings WHERE name = 'fsync' AND setting = 'on'"));
    }

    [PostgresTheory]
    [InlineData(StopMode.Fast)]
    [InlineData(StopMode.Immediate)]
    public void RestartedServerAnswersAgain(StopMode mode)
    {
        using var server = PostgresServer.Start();
        using var database = server.CreateDatabase();

        server.Restart(mode);

        Assert.Equal(1, database.Query("SELECT 1"));
    }

    [PostgresFact]
    public void DisposedServerLeavesNothingBehind()
    {
        var server = PostgresServer.Start();
        var folder = server.DataFolder;
        Assert.True(Directory.Exists(folder));

        server.Dispose();

        Assert.False(Directory.Exists(Path.GetDirectoryName(folder)));
        Assert.False(server.IsRunning);
    }

    [PostgresFact]
    public async Task ServerAndFolderAreGoneAfterItsOwnerWasKilled()
    {
        using var owner = AppenderProcess.StartServerOwner();
        var folder = await owner.StandardOutput.ReadLineAsync();
        Assert.True(Directory.Exists(folder), await ErrorsAsync(owner));

        owner.Kill();
        await owner.WaitForExitAsync();

        Assert.True(
            SpinWait.SpinUntil(() => !Directory.Exists(Path.GetDirectoryName(folder)), TimeSpan.FromSeconds(30)),
            $"{folder} is still there 30 s after its owner was killed.");
    }

    [PostgresFact]
    public void DatabaseThatIsGivenBackIsEmptyForTheNext()
    {
        using var server = PostgresServer.Start();
        string name;
        using (var first = server.CreateDatabase())
        {
            name = first.Name;
            first.Execute("CREATE TABLE mine (id int)");
            first.Execute($"ALTER DATABASE {name} SET synchronous_commit = off");
        }

        using var second = server.CreateDatabase();

        Assert.Equal(name, second.Name);
        Assert.Equal(0, second.Query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
        Assert.Equal(1, second.Query("SELECT (current_setting('synchronous_commit') = 'on')::int"));
    }

    [PostgresFact]
    public void DatabasesDoNotMix()
    {
        using var one = PostgresServer.Shared.CreateDatabase();
        using var two = PostgresServer.Shared.CreateDatabase();

        one.Execute("CREATE TABLE mine (id int)");

        Assert.Throws<PostgresException>(() => two.Query("SELECT count(*) FROM mine"));
    }

    private static async Task<string> ErrorsAsync(System.Diagnostics.Process process) =>
        process.HasExited ? await process.StandardError.ReadToEndAsync() : "";
}
