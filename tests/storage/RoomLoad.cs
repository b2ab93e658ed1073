using System.Collections.Concurrent;
using Engage.Contracts;
using Engage.Contracts.Rooms;
using Orleans.Storage;

namespace Engage.Storage.Tests;

/// <summary>
/// Rooms that append as their actors do: after an append whose outcome is unknown they read how far their log reaches,
/// and go on from there.
/// </summary>
internal sealed class RoomLoad : IAsyncDisposable
{
    private const int GroupMax = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<(RoomId Room, long Seq), Guid> _acknowledged = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly IRoomLog _log;
    private readonly RoomId[] _rooms;
    private readonly Task _writers;

    public RoomLoad(IRoomLog log, int rooms)
    {
        _log = log;
        _rooms = [.. Enumerable.Range(0, rooms).Select(room => new RoomId($"room-{room}"))];
        _writers = Task.WhenAll(_rooms.Select((room, seed) => Task.Run(() => WriteAsync(room, new Random(seed)))));
    }

    public void WaitForMore(int entries)
    {
        var goal = _acknowledged.Count + entries;
        if (!SpinWait.SpinUntil(() => _acknowledged.Count >= goal || _writers.IsFaulted, Patience))
            Assert.Fail($"{_acknowledged.Count} entries are acknowledged after {Patience}, {goal} were expected.");
        if (_writers.IsFaulted) throw _writers.Exception;
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _writers.WaitAsync(Patience);
    }

    /// <summary>No gap, and every acknowledged entry at its place.</summary>
    public async Task AssertNothingIsLostAsync(IRoomLog log)
    {
        foreach (var room in _rooms)
        {
            var entries = await log.ReadAllAsync(room);
            Assert.Equal(
                Enumerable.Range(1, entries.Count).Select(seq => (long)seq), entries.Select(entry => entry.Seq));
            foreach (var ((of, seq), id) in _acknowledged)
                if (of == room) Assert.Equal(id, entries[(int)seq - 1].MessageId);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task WriteAsync(RoomId room, Random random)
    {
        long? head = null;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                head ??= await _log.HeadAsync(room, default);
                var entries = RoomEntries.Said(head.Value + 1, random.Next(1, GroupMax + 1), $"u-{room}");
                Assert.Empty(await _log.AppendAsync(room, entries, default));
                foreach (var entry in entries) _acknowledged[(room, entry.Seq)] = entry.MessageId!.Value;
                head = entries[^1].Seq;
            }
            catch (Exception error) when (error is StorageException or BusyException or InconsistentStateException)
            {
                head = null;
                await Task.Yield();
            }
        }
    }
}
