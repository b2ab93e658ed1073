using Engage.Embedded.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Engage.Embedded.Tests;

/// <summary>The table of activations, beside a dictionary and from many threads.</summary>
public sealed class ActivationTableTests : IAsyncLifetime
{
    private readonly ActivationTable _table = new();
    private InProcessTestCluster _cluster = null!;
    private GrainClass _class = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestSilo.StartAsync();
        _class = _cluster.GetSiloServiceProvider().GetRequiredService<Silo>().References.ClassOf(
            _cluster.Client.GetGrain<ICounterGrain>("any").GetGrainId().Type);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(20261122)]
    public void ItHoldsWhatADictionaryHolds(int seed)
    {
        var random = new Random(seed);
        var expected = new Dictionary<string, Activation>();

        for (var step = 0; step < 20_000; step++)
        {
            var key = $"{random.Next(3_000)}";
            var known = expected.GetValueOrDefault(key);
            switch (random.Next(4))
            {
                case 0 when known is not null:
                    _table.Remove(known);
                    expected.Remove(key);
                    break;
                case 1 when known is not null:
                    _table.Replace(known, expected[key] = Make(IdSpan.Create(key)));
                    break;
                case 2:
                    Assert.Same(known, _table.Find(IdSpan.Create(key)));
                    break;
                default:
                    var found = _table.GetOrAdd(IdSpan.Create(key), Make);
                    Assert.True(known is null || ReferenceEquals(known, found));
                    expected[key] = found;
                    break;
            }
        }

        Assert.Equal(expected.Values.ToHashSet(), _table.ToList().ToHashSet());
        Assert.Equal(expected.Count, _table.ToList().Count);
    }

    [Fact]
    public async Task ThreadsThatAddReadAndRemoveAtOnceNeverSeeTwoOfAKey()
    {
        const int Threads = 4;
        const int Keys = 20_000;

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            var random = new Random(thread);
            for (var i = 0; i < Keys; i++)
            {
                // A key of its own must be there as soon as it was added, whatever grows or goes around it.
                var own = IdSpan.Create($"{thread}-{i}");
                var made = _table.GetOrAdd(own, Make);
                Assert.Same(made, _table.Find(own));
                if (random.Next(2) == 0)
                    _table.Remove(made);
                _table.GetOrAdd(IdSpan.Create($"shared-{random.Next(100)}"), Make);
            }
        }))).Soon();

        var all = _table.ToList();
        Assert.Equal(all.Count, all.Select(activation => activation.Key).Distinct().Count());
        Assert.All(all, activation => Assert.Same(activation, _table.Find(activation.Key)));
    }

    private Activation Make(IdSpan key) => new(_class, _class, key);
}
