using Orleans.Storage;

namespace Engage.Grains.Tests;

/// <summary>A real storage that refuses writes while it is told to.</summary>
internal sealed class FailingGrainStorage(IGrainStorage inner) : IGrainStorage
{
    private int _refused;

    /// <summary>Which writes to refuse: by state name.</summary>
    public Func<string, bool> Refuses { get; set; } = _ => false;

    public int Refused => Volatile.Read(ref _refused);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.ReadStateAsync(stateName, grainId, grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (!Refuses(stateName)) return inner.WriteStateAsync(stateName, grainId, grainState);

        Interlocked.Increment(ref _refused);
        throw new IOException($"{grainId}: the test refuses to store '{stateName}'.");
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.ClearStateAsync(stateName, grainId, grainState);
}
