using Engage.Contracts;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engage.Storage.Tests;

/// <summary>
/// Grains that count up and store each step, one after the other. After a failure they do as an activation does: read
/// what is stored, and go on from there.
/// </summary>
internal sealed class StateLoad : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IGrainStorage _states;
    private readonly CancellationTokenSource _stop = new();
    private readonly int[] _acknowledged;
    private readonly Task _grains;
    private int _writes;

    public StateLoad(IGrainStorage states, int grains)
    {
        _states = states;
        _acknowledged = new int[grains];
        _grains = Task.WhenAll(Enumerable.Range(0, grains).Select(grain => Task.Run(() => CountAsync(grain))));
    }

    public void WaitForMore(int writes)
    {
        var goal = Volatile.Read(ref _writes) + writes;
        Assert.True(
            SpinWait.SpinUntil(() => Volatile.Read(ref _writes) >= goal || _grains.IsFaulted, Patience),
            $"{_writes} of {goal} writes were acknowledged within {Patience}.");
        if (_grains.IsFaulted) throw _grains.Exception;
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _grains.WaitAsync(Patience);
    }

    /// <summary>Each grain has what was acknowledged last: nothing older, and nothing made up.</summary>
    public async Task AssertNothingIsLostAsync(IGrainStorage states)
    {
        for (var grain = 0; grain < _acknowledged.Length; grain++)
        {
            var state = await ReadAsync(states, grain);
            Assert.Equal(_acknowledged[grain], state.State!.Count);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task CountAsync(int grain)
    {
        var state = await ReadAsync(_states, grain);
        while (!_stop.IsCancellationRequested)
        {
            state.State!.Count++;
            try
            {
                await _states.WriteStateAsync("s", Id(grain), state);
            }
            catch (Exception error) when (error is StorageException or BusyException or InconsistentStateException)
            {
                state = await RereadAsync(grain);
                // A write whose outcome was in doubt may have been stored, its predecessor must have been.
                Assert.InRange(state.State!.Count, _acknowledged[grain], _acknowledged[grain] + 1);
            }
            _acknowledged[grain] = state.State.Count;
            Interlocked.Increment(ref _writes);
        }
    }

    private async Task<GrainState<Counter>> RereadAsync(int grain)
    {
        while (true)
        {
            try
            {
                return await ReadAsync(_states, grain);
            }
            catch (StorageException)
            {
                await Task.Yield();
            }
        }
    }

    private static async Task<GrainState<Counter>> ReadAsync(IGrainStorage states, int grain)
    {
        var state = new GrainState<Counter>(new Counter());
        await states.ReadStateAsync("s", Id(grain), state);
        return state;
    }

    private static GrainId Id(int grain) => GrainId.Create("counter", $"{grain}");
}
