using System.Text.Json.Nodes;
using Engage.Contracts;
using Engage.Contracts.Privacy;
using Engage.Grains.Tests.Plans;
using Engage.Storage;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Engage.Grains.Tests.Privacy;

public sealed class ErasureStepsTests
{
    private const string Lin = "u-lin";
    private readonly MovedTime _time = new();
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

    [Fact]
    public async Task WhatIsMadeOfHerIsMadeAnewOnceMoreWhenNoNodeCanKnowHerKey()
    {
        await using var platform = await StartAsync();
        await Erasure(platform).RequestAsync();
        await UntilDoneAsync(platform);
        await RemindAsync(platform);
        var early = _first.Forgotten;

        _time.Advance(TimeSpan.FromMinutes(2));
        await RemindAsync(platform);
        while (_first.Forgotten < 2) await Task.Yield();
        await platform.StopAsync();
        await platform.StartAsync();
        await RemindAsync(platform);

        Assert.Equal(1, early);
        Assert.Equal(2, _first.Forgotten);
    }

    private Task<TestPlatform> StartAsync() => TestPlatform.StartAsync(services => services
        .AddSingleton<TimeProvider>(_time)
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

    private sealed class Step(string name) : IPersonalTraces
    {
        private int _erased;
        private int _forgotten;

        public TaskCompletionSource? Gate { get; set; }
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public int Erased => _erased;
        public int Forgotten => _forgotten;
        public string Section => name;

        public Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken) =>
            Task.FromResult<JsonNode?>(null);

        public async Task EraseAsync(UserId user, CancellationToken cancellationToken)
        {
            Reached.TrySetResult();
            if (Gate is { } gate) await gate.Task;
            Interlocked.Increment(ref _erased);
        }

        public Task ForgetTracesAsync(UserId user, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _forgotten);
            return Task.CompletedTask;
        }
    }
}
