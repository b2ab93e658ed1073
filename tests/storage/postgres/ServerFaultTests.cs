using Engage.Postgres;
using Engage.Postgres.Facts;

namespace Engage.Storage.Tests;

/// <summary>A real server that dies, restarts or drops its clients while they write. Nobody reopens anything.</summary>
public sealed class ServerFaultTests
{
    private const int Callers = 16;

    [PostgresTheory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task KilledServerLosesNothingItAcknowledgedAndServiceResumesByItself(int times)
    {
        using var server = PostgresServer.Start();
        using var site = new PostgresSite(server);
        var journal = site.Open().Journal;
        await using var load = new Load(journal, Callers);

        for (var time = 0; time < times; time++)
        {
            load.WaitForMore(300);
            server.Kill();
            server.Start();
        }
        load.WaitForMore(300);
        await load.StopAsync();

        await load.AssertNothingIsLostAsync(journal);
        await load.AssertNothingIsLostAsync(site.Open().Journal);
    }

    [PostgresTheory]
    [InlineData(StopMode.Fast)]
    [InlineData(StopMode.Immediate)]
    public async Task RestartUnderLoadLosesNothingAndServiceResumesByItself(StopMode mode)
    {
        using var server = PostgresServer.Start();
        using var site = new PostgresSite(server);
        var journal = site.Open().Journal;
        await using var load = new Load(journal, Callers);

        load.WaitForMore(300);
        server.Restart(mode);
        load.WaitForMore(300);
        await load.StopAsync();

        await load.AssertNothingIsLostAsync(journal);
    }

    [PostgresFact]
    public async Task TerminatedConnectionsAreReplacedAndNothingIsLost()
    {
        using var site = new PostgresSite();
        var journal = site.Open().Journal;
        await using var load = new Load(journal, Callers);

        for (var time = 0; time < 5; time++)
        {
            load.WaitForMore(100);
            site.Execute("""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """);
        }
        load.WaitForMore(100);
        await load.StopAsync();

        await load.AssertNothingIsLostAsync(journal);
    }

    [PostgresFact]
    public async Task WritesToAServerThatIsGoneFailLoudlyAndWorkAgainWhenItIsBack()
    {
        using var server = PostgresServer.Start();
        using var site = new PostgresSite(server);
        var storage = site.Open(options => options.RetryMax = TimeSpan.FromMilliseconds(200));
        await storage.Journal.AppendAsync(Events.Steps(1, 1), default);
        server.Stop();

        var append = await Assert.ThrowsAsync<StorageException>(() =>
            storage.Journal.AppendAsync(Events.Steps(2, 1), default).AsTask());
        var probe = await Assert.ThrowsAsync<StorageException>(() => storage.Probe.CheckAsync(default));
        var read = await Assert.ThrowsAsync<StorageException>(() => storage.Journal.HeadAsync(0, default).AsTask());
        server.Start();
        var receipts = await storage.Journal.AppendAsync(Events.Steps(1, 2), default);
        await storage.Probe.CheckAsync(default);

        Assert.All([append, probe, read], error =>
        {
            Assert.Contains(site.Place, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(server.Password, error.ToString(), StringComparison.Ordinal);
        });
        Assert.Equal([true, false], receipts.Select(receipt => receipt.Duplicate));
        Assert.Equal([1, 2], receipts.Select(receipt => receipt.Position.Offset));
    }

    [PostgresFact]
    public async Task StatesWrittenWhileTheServerDiesAreWholeOrNotThere()
    {
        using var server = PostgresServer.Start();
        using var site = new PostgresSite(server);
        var storage = site.Open();
        await using var load = new StateLoad(storage.States, grains: 8);

        load.WaitForMore(100);
        server.Kill();
        server.Start();
        load.WaitForMore(100);
        await load.StopAsync();

        await load.AssertNothingIsLostAsync(site.Open().States);
    }
}
