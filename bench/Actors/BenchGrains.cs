using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Engage.Bench.Actors;

/// <summary>The work that every contender does: add to a number and answer the sum.</summary>
[Alias("bench.ISumGrain")]
internal interface ISumGrain : IGrainWithStringKey
{
    [Alias("AddAsync")]
    ValueTask<long> AddAsync(long amount);

    /// <summary>Adds to another grain so often, one call after the other.</summary>
    [Alias("RelayAsync")]
    ValueTask<long> RelayAsync(ISumGrain other, int calls);
}

internal sealed class SumGrain : Grain, ISumGrain
{
    private long _sum;

    public ValueTask<long> AddAsync(long amount) => new(_sum += amount);

    public async ValueTask<long> RelayAsync(ISumGrain other, int calls)
    {
        var sum = 0L;
        for (var i = 0; i < calls; i++) sum = await other.AddAsync(1);
        return sum;
    }
}

/// <summary>Does nothing; has what a grain of the platform usually has.</summary>
[Alias("bench.IStatefulGrain")]
internal interface IStatefulGrain : IGrainWithStringKey
{
    [Alias("TouchAsync")]
    ValueTask TouchAsync();
}

internal sealed class StatefulGrain(
    [PersistentState("bench")] IPersistentState<SumState> state,
    IGrainFactory grains,
    TimeProvider time,
    ILogger<StatefulGrain> logger) : Grain, IStatefulGrain
{
    public ValueTask TouchAsync()
    {
        GC.KeepAlive((state, grains, time, logger));
        return default;
    }
}

[GenerateSerializer, Alias("bench.sum-state")]
internal sealed class SumState
{
    [Id(0)] public long Sum { get; set; }
}
