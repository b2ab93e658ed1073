namespace Engage.Bench.Actors;

/// <summary>One way to run actors; all do the same work through the same loops.</summary>
internal interface IContender : IAsyncDisposable
{
    string Name { get; }

    /// <summary>One caller outside any actor, one call after the other, to one actor.</summary>
    Task CallFromOutsideAsync(int calls);

    /// <summary>One actor calls another.</summary>
    Task CallBetweenActorsAsync(int calls);

    /// <summary>
    /// Callers at once, each one call after the other to an actor of its own, or all to the same few.
    /// </summary>
    Task CallAtOnceAsync(int callers, int actors, int calls);

    /// <summary>As before, but each call looks its actor up by a key.</summary>
    Task CallByKeyAsync(int callers, int actors, int calls);

    /// <summary>The first call to each of so many actors, from several callers.</summary>
    Task PopulateAsync(int first, int count);
}

internal abstract class Contender<TActor> : IContender
{
    private const int Populators = 8;

    public abstract string Name { get; }

    public async Task CallFromOutsideAsync(int calls)
    {
        var actor = Find("outside");
        await Task.Run(() => CallAsync(actor, calls));
    }

    public Task CallBetweenActorsAsync(int calls)
    {
        var (from, to) = (Find("from"), Find("to"));
        return Task.Run(() => RelayAsync(from, to, calls).AsTask());
    }

    public Task CallAtOnceAsync(int callers, int actors, int calls) => Task.WhenAll(Enumerable
        .Range(0, callers)
        .Select(caller => Find(Key(caller % actors)))
        .Select(actor => Task.Run(() => CallAsync(actor, calls / callers))));

    public Task CallByKeyAsync(int callers, int actors, int calls)
    {
        var keys = Enumerable.Range(0, actors).Select(Key).ToArray();
        return Task.WhenAll(Enumerable.Range(0, callers)
            .Select(caller => Task.Run(() => CallByKeyAsync(keys, new(caller), calls / callers))));
    }

    public Task PopulateAsync(int first, int count) => Task.WhenAll(Enumerable.Range(0, Populators)
        .Select(populator => Task.Run(async () =>
        {
            for (var i = populator; i < count; i += Populators) await FirstCallAsync(Key(first + i));
        })));

    public abstract ValueTask DisposeAsync();

    protected abstract TActor Find(string key);

    protected abstract ValueTask<long> AddAsync(TActor actor, long amount);

    protected abstract ValueTask<long> RelayAsync(TActor from, TActor to, int calls);

    protected virtual async ValueTask FirstCallAsync(string key) => await AddAsync(Find(key), 1);

    private static string Key(int number) => $"actor-{number}";

    private async Task CallAsync(TActor actor, int calls)
    {
        for (var i = 0; i < calls; i++) await AddAsync(actor, 1);
    }

    private async Task CallByKeyAsync(string[] keys, Random random, int calls)
    {
        for (var i = 0; i < calls; i++) await AddAsync(Find(keys[random.Next(keys.Length)]), 1);
    }
}
