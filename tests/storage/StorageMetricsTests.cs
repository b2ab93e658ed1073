using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Engage.Contracts;
using Engage.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Storage.Tests;

public sealed class StorageMetricsTests : IDisposable
{
    private readonly StorageFolder _folder = new();
    private readonly ConcurrentBag<(string Name, double Value)> _seen = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task GroupsRefusalsAndTheQueueAreMeasured()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = Listen(meters);
        var database = _folder.Open(options => options.WriteQueueMax = 40, meters);
        var journal = new SqliteActivityJournal(database);
        Task waiting;
        using (_folder.StallWriter(database))
        {
            waiting = Task.WhenAll(Enumerable.Range(0, 40).Select(step =>
                journal.AppendAsync([Events.Viewed("ann", step)], default).AsTask()));
            await Assert.ThrowsAsync<BusyException>(() => journal.AppendAsync(Events.Steps(50, 1), default).AsTask());
            listener.RecordObservableInstruments();
        }
        await waiting;
        database.Dispose();

        Assert.Contains(("engage.storage.queue.rows", 40), _seen);
        Assert.Contains(("engage.storage.busy", 1), _seen);
        Assert.Equal(
            [1, 40],
            _seen.Where(seen => seen.Name == "engage.storage.group.rows").Select(seen => seen.Value).Order());
        Assert.Equal(2, _seen.Count(seen => seen.Name == "engage.storage.commit.duration" && seen.Value > 0));
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
}
