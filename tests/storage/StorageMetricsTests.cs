using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Engage.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Storage.Tests;

public abstract class StorageMetricsTests : StorageSuite
{
    private readonly ConcurrentBag<(string Name, double Value)> _seen = [];

    private protected StorageMetricsTests(StorageSite site) : base(site) { }

    [StorageFact]
    public async Task GroupsRefusalsAndTheQueueAreMeasured()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = Listen(meters);
        var database = Site.Open(options => options.WriteQueueMax = 40, meters);
        var journal = database.Journal;
        Task waiting;
        using (var stall = Site.StallWriter(database))
        {
            var first = stall.Occupy(() => journal.AppendAsync([Events.Viewed("ann", 0)], default).AsTask());
            waiting = Task.WhenAll(Enumerable.Range(1, 39).Select(step =>
                journal.AppendAsync([Events.Viewed("ann", step)], default).AsTask()).Append(first));
            await Assert.ThrowsAsync<BusyException>(() => journal.AppendAsync(Events.Steps(50, 1), default).AsTask());
            listener.RecordObservableInstruments();
        }
        await waiting;
        database.Dispose();

        Assert.Contains(("engage.storage.queue.rows", 40), _seen);
        Assert.Contains(("engage.storage.busy", 1), _seen);
        var groups = _seen.Where(seen => seen.Name == "engage.storage.group.rows").Select(seen => seen.Value).ToList();
        Assert.Equal(2, groups.Count);
        Assert.InRange(groups.Max(), 39, 40);
        Assert.Equal(2, _seen.Count(seen => seen.Name == "engage.storage.commit.duration" && seen.Value > 0));
    }

    [StorageFact]
    public async Task ReadsOfRoomLogsAreCounted()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = Listen(meters);
        using var database = Site.Open(_ => { }, meters);

        await database.Rooms.ReadAsync(new("r-1"), 0, 10, default);
        await database.Rooms.ReadBackAsync(new("r-1"), 5, 10, default);
        await database.Rooms.HeadAsync(new("r-1"), default);

        Assert.Equal(3, _seen.Count(seen => seen is ("engage.storage.room.reads", 1)));
    }

    private MeterListener Listen(IMeterFactory meters)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == meters) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => _seen.Add((instrument.Name, value)));
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _seen.Add((instrument.Name, value)));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => _seen.Add((instrument.Name, value)));
        listener.Start();
        return listener;
    }

    public sealed class OnSqlite() : StorageMetricsTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : StorageMetricsTests(new PostgresSite());
}
