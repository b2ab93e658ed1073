using System.Text.Json.Nodes;
using Engage.Contracts;
using Engage.Contracts.Privacy;
using Engage.Grains.Privacy;
using Engage.Grains.Tests.Plans;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Tests.Privacy;

public sealed class ExportSeatsTests
{
    [Fact]
    public async Task OnlySoManyExportsAreMadeAtATimeAndTheOthersAfterThem()
    {
        var slow = new Slow();
        await using var platform = await TestPlatform.StartAsync(
            services => services.AddSingleton<IPersonalData>(slow));
        var exports = Enumerable.Range(0, ExportSeats.Count + 2)
            .Select(number => platform.Grains.GetGrain<IExportGrain>($"u-{number}")).ToArray();

        var started = await Task.WhenAll(exports.Select(export => export.StartAsync()));
        while (slow.Most < ExportSeats.Count) await Task.Yield();
        slow.Gate.SetResult();
        for (var i = 0; i < exports.Length; i++)
            while ((await exports[i].GetAsync(started[i]!.Id))!.State == ExportState.Running) await Task.Yield();

        Assert.Equal(ExportSeats.Count, slow.Most);
        Assert.Equal(exports.Length, slow.Made);
    }

    private sealed class Slow : IPersonalData
    {
        private int _now;
        private int _made;
        private int _most;

        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public int Made => _made;
        public int Most => Volatile.Read(ref _most);
        public string Section => "slow";

        public async Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken)
        {
            var now = Interlocked.Increment(ref _now);
            for (var most = Most; now > most; most = Most) Interlocked.CompareExchange(ref _most, now, most);
            await Gate.Task;
            Interlocked.Increment(ref _made);
            Interlocked.Decrement(ref _now);
            return null;
        }

        public Task EraseAsync(UserId user, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
