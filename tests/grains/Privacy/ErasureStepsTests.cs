using System.Text.Json.Nodes;
using Engage.Contracts;
using Engage.Contracts.Privacy;
using Engage.Storage;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Engage.Grains.Tests.Privacy;

public sealed class ErasureStepsTests
{
    private const string Lin = "u-lin";
    private readonly Step _first = new("first");
    private readonly Step _second = new("second");
    private readonly Step _third = new("third");

    [Fact]
    public async Task ErasureThatACrashInterruptsBetweenTwoSourcesGoesOnByItsReminder()
    {
        await using var platform = await StartAsync();
        _second.Gate = new();
        var asked = await Erasure(platform).RequestAsync();
        await _second.Reached.Task;

        // Nothing is stored of what the process did since: it dies.
        platform.Storage.Refuses = _ => true;
        _second.Gate.SetException(new StorageException("The process died."));
        await platform.StopAsync();
        var before = (_first.Erased, _third.Erased);
        _second.Gate = null;
        await platform.StartAsync();
        await RemindAsync(platform);
        await UntilDoneAsync(platform);

        Assert.Equal(1, before.Item1);
        Assert.Equal((2, 1), (_first.Erased, _second.Erased));
        Assert.Equal(asked.Secret, (await Erasure(platform).GetAsync())!.Secret);
        await AssertErasedAsync(platform);
    }

    [Fact]
    public async Task SourceThatFailsKeepsNoOtherFromItAndTheKeyUntilItIsDone()
    {
        await using var platform = await StartAsync();
        var vault = platform.Services.GetRequiredService<IPersonalVault>();
        var kept = await vault.SealAsync(new(Lin), "test", "hers", CancellationToken.None);
        _second.Gate = new();
        _second.Gate.SetException(new StorageException("The provider is away."));

        await Erasure(platform).RequestAsync();
        await _third.Reached.Task;
        var meanwhile = await vault.OpenAsync(new(Lin), "test", kept, CancellationToken.None);
        _second.Gate = null;
        while ((await Erasure(platform).RequestAsync()).DoneAt is null) await Task.Yield();

        Assert.Equal("hers", meanwhile);
        Assert.Null(await vault.OpenAsync(new(Lin), "test", kept, CancellationToken.None));
        await AssertErasedAsync(platform);
    }

    private Task<TestPlatform> StartAsync() => TestPlatform.StartAsync(services => services
        .AddSingleton<IPersonalData>(_first).AddSingleton<IPersonalData>(_second)
        .AddSingleton<IPersonalData>(_third));

    private static IErasureGrain Erasure(TestPlatform platform) => platform.Grains.GetGrain<IErasureGrain>(Lin);

    private static Task RemindAsync(TestPlatform platform) =>
        Erasure(platform).AsReference<IRemindable>().ReceiveReminder("erase", default);

    private static async Task UntilDoneAsync(TestPlatform platform)
    {
        while ((await Erasure(platform).GetAsync())?.DoneAt is null) await Task.Yield();
    }

    private static async Task AssertErasedAsync(TestPlatform platform) =>
        await Assert.ThrowsAsync<PersonErasedException>(() => platform.Services.GetRequiredService<IPersonalVault>()
            .SealAsync(new(Lin), "test", "new", CancellationToken.None).AsTask());

    private sealed class Step(string name) : IPersonalData
    {
        private int _erased;

        public TaskCompletionSource? Gate { get; set; }
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public int Erased => _erased;
        public string Section => name;

        public Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken) =>
            Task.FromResult<JsonNode?>(null);

        public async Task EraseAsync(UserId user, CancellationToken cancellationToken)
        {
            Reached.TrySetResult();
            if (Gate is { } gate) await gate.Task;
            Interlocked.Increment(ref _erased);
        }
    }
}
