using System.Collections.Concurrent;
using Engage.Contracts;
using Engage.Contracts.Activity;

namespace Engage.Storage.Tests;

/// <summary>
/// Callers that append one event after the other, as clients do: what was refused or got lost is sent again with the
/// same id, until it is acknowledged.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<(string User, Guid EventId), JournalPosition> _acknowledged = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly IActivityJournal _journal;
    private readonly Task _callers;
    private int _refused;

    public Load(IActivityJournal journal, int callers, string prefix = "user")
    {
        _journal = journal;
        _callers = Task.WhenAll(Enumerable.Range(0, callers).Select(caller =>
            Task.Run(() => AppendAsync($"{prefix}-{caller}"))));
    }

    /// <summary>Where each acknowledged event is said to be.</summary>
    public IReadOnlyDictionary<(string User, Guid EventId), JournalPosition> Acknowledged => _acknowledged;

    /// <summary>Appends that failed loudly and were sent again.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Returns when so many more events are acknowledged than now.</summary>
    public void WaitForMore(int events)
    {
        var goal = _acknowledged.Count + events;
        if (!SpinWait.SpinUntil(() => _acknowledged.Count >= goal || _callers.IsFaulted, Patience))
            Assert.Fail($"{_acknowledged.Count} events are acknowledged after {Patience}, {goal} were expected.");
        if (_callers.IsFaulted) throw _callers.Exception;
    }

    /// <summary>Each caller gets the answer to what it has sent, and then stops.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _callers.WaitAsync(Patience);
    }

    /// <summary>Every acknowledged event is there once, where its receipt says, and no partition has a gap.</summary>
    public async Task AssertNothingIsLostAsync(IActivityJournal journal)
    {
        var stored = new Dictionary<(string, Guid), JournalPosition>();
        for (var partition = 0; partition < journal.PartitionCount; partition++)
        {
            var events = await journal.ReadAllAsync(partition);
            Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(entry => entry.Offset));
            Assert.Equal(events.Count, await journal.HeadAsync(partition, default));
            foreach (var (offset, activity) in events)
                stored.Add((activity.User.Value, activity.EventId), new(partition, offset));
        }
        foreach (var (key, position) in Acknowledged) Assert.Equal(position, stored[key]);
        Assert.Equal(Acknowledged.Count, stored.Count);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task AppendAsync(string user)
    {
        for (var step = 0; !_stop.IsCancellationRequested; step++)
        {
            var activity = Events.Viewed(user, step);
            var receipt = await SendAsync(activity);
            _acknowledged.TryAdd((user, activity.EventId), receipt.Position);
        }
    }

    private async Task<AppendReceipt> SendAsync(ActivityEvent activity)
    {
        while (true)
        {
            try
            {
                return (await _journal.AppendAsync([activity], default))[0];
            }
            catch (Exception error) when (error is StorageException or BusyException)
            {
                Interlocked.Increment(ref _refused);
                await Task.Yield();
            }
        }
    }
}
