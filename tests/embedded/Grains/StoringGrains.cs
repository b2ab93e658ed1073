using Orleans.Storage;

namespace Engage.Embedded.Tests.Grains;

public interface IStoringGrain : IGrainWithStringKey
{
    /// <summary>Writes, and answers the task of it.</summary>
    Task<Immutable<WeakReference>> Store();
}

public sealed class Stored
{
    public int Times { get; set; }
}

public sealed class StoringGrain([PersistentState("stored", LateStorage.Name)] IPersistentState<Stored> state)
    : Grain, IStoringGrain
{
    public async Task<Immutable<WeakReference>> Store()
    {
        state.State.Times++;
        var write = state.WriteStateAsync();
        var reference = new WeakReference(write);
        await write;
        return reference.AsImmutable();
    }
}

/// <summary>Answers later than the call returns, as databases do; keeps nothing.</summary>
internal sealed class LateStorage : IGrainStorage
{
    public const string Name = "late";

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        await Task.Yield();

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        await Task.Yield();

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        await Task.Yield();
}
