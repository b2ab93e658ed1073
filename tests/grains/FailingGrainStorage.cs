using Orleans.Storage;

namespace Engage.Grains.Tests;

/// <summary>
/// A real storage that fails writes while it is told to: with the engine's own kind of exception, since Orleans wraps
/// all others into it.
/// </summary>
internal sealed class FailingGrainStorage(IGrainStorage inner) : IGrainStorage
{
    private int _refused;

    /// <summary>Which writes to refuse: by state name.</summary>
    public Func<string, bool> Refuses { get; set; } = _ => false;

    /// <summary>Which writes to store and fail all the same, and how: as when the answer is lost, or it is cancelled
    /// too late.</summary>
    public Func<string, Exception?> Loses { get; set; } = _ => null;

    /// <summary>What a write waits for before it begins.</summary>
    public Func<string, Task> Holds { get; set; } = _ => Task.CompletedTask;

    public int Refused => Volatile.Read(ref _refused);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.ReadStateAsync(stateName, grainId, grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => StoreAsync(
        stateName, grainId, grainState, copy => inner.WriteStateAsync(stateName, grainId, copy));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => StoreAsync(
        stateName, grainId, grainState, copy => inner.ClearStateAsync(stateName, grainId, copy));

    private async Task StoreAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, Func<IGrainState<T>, Task> store)
    {
        await Holds(stateName);
        if (Refuses(stateName))
        {
            Interlocked.Increment(ref _refused);
            throw new OrleansException($"{grainId}: the test refuses to store '{stateName}'.");
        }
        if (Loses(stateName) is not { } lost)
        {
            await store(grainState);
            return;
        }
        // Whoever gets no answer does not learn the new ETag either.
        await store(new GrainState<T>
        {
            State = grainState.State, ETag = grainState.ETag, RecordExists = grainState.RecordExists,
        });
        throw lost;
    }
}
