using Engage.Embedded.Tests.Grains;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Engage.Embedded.Tests;

/// <summary>A stop in the middle of traffic.</summary>
public sealed class ShutdownStressTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20261122)]
    public async Task EveryCallIsServedOrRefusedAndEveryGrainIsDeactivatedOnce(int seed)
    {
        var diary = new Diary();
        await using var cluster = await TestSilo.StartAsync(silo => silo.Services.AddSingleton(diary));
        var callers = Enumerable.Range(0, 8).Select(i => new Caller(cluster, seed + i)).ToArray();

        var running = callers.Select(caller => Task.Run(caller.CallUntilRefusedAsync)).ToArray();
        await Task.WhenAll(callers.Select(caller => caller.Warm)).Soon();
        await cluster.StopAllSilosAsync().Soon();
        await Task.WhenAll(running).Soon();

        Assert.All(callers, caller => Assert.Equal(caller.Sent, caller.Served + caller.Refused));
        Assert.Equal(
            diary.Activations,
            diary.Lines.Count(line => line.StartsWith("deactivated", StringComparison.Ordinal)));
        Assert.Equal(diary.Activations, diary.Lines.Count(line => line == "disposed"));
        Assert.Equal(0, diary.Overlaps);
    }

    private sealed class Caller(InProcessTestCluster cluster, int seed)
    {
        private const int CallsBeforeWarm = 200;
        private const int Outstanding = 16;

        private readonly TaskCompletionSource _warm = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly IGrainFactory _client = cluster.Client;
        private readonly Random _random = new(seed);

        public Task Warm => _warm.Task;

        public int Sent { get; private set; }

        public int Served { get; private set; }

        public int Refused { get; private set; }

        public async Task CallUntilRefusedAsync()
        {
            while (Refused == 0)
            {
                var calls = Enumerable.Range(0, Outstanding).Select(_ => Next()).ToArray();
                Sent += calls.Length;
                foreach (var (call, number) in calls)
                    await CountAsync(call, number);
                if (Served >= CallsBeforeWarm)
                    _warm.TrySetResult();
            }
        }

        private (Task<int> Call, int Number) Next()
        {
            var number = _random.Next();
            var grain = _client.GetGrain<ILifeGrain>($"{_random.Next(50)}", typeof(LifeGrain).FullName);
            return (grain.Work(number), number);
        }

        private async Task CountAsync(Task<int> call, int number)
        {
            try
            {
                Assert.Equal(number, await call);
                Served++;
            }
            catch (OrleansMessageRejectionException)
            {
                Refused++;
            }
        }
    }
}
