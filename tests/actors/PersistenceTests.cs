using Engage.Actors.Tests.Grains;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Engage.Actors.Tests;

public sealed class PersistenceTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() =>
        _cluster = await TestSilo.StartAsync(silo => silo.AddMemoryGrainStorage("audits"));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task WrittenStateIsThereBeforeTheNextActivationsFirstTurn()
    {
        var grain = Wallet("written");
        await grain.Change(7, write: true).Soon();
        await grain.Leave().Soon();

        Assert.Equal("7 1 True", await grain.LoadedWith().Soon());
        Assert.True(await grain.IsStored().Soon());
    }

    [Fact]
    public async Task WhatWasNotWrittenIsForgotten()
    {
        var grain = Wallet("unwritten");
        await grain.Change(7, write: true).Soon();
        await grain.Change(9, write: false).Soon();
        await grain.Leave().Soon();

        Assert.Equal(7, await grain.Coins().Soon());
    }

    [Fact]
    public async Task ANewGrainHasFreshStateAndNoRecord()
    {
        Assert.Equal(0, await Wallet("new").Coins().Soon());
        Assert.False(await Wallet("new").IsStored().Soon());
    }

    [Fact]
    public async Task ClearedStateIsFreshAndCanBeWrittenAgain()
    {
        var grain = Wallet("cleared");
        await grain.Change(7, write: true).Soon();

        await grain.Clear().Soon();
        var afterClear = await grain.Coins().Soon();
        await grain.Change(8, write: true).Soon();
        await grain.Leave().Soon();

        Assert.Equal(0, afterClear);
        Assert.Equal(8, await grain.Coins().Soon());
    }

    [Fact]
    public async Task OverlappingWritesOfOneGrainHappenInOrder()
    {
        var grain = Wallet("twice");

        await grain.ChangeTwiceAtOnce(1, 2).Soon();
        await grain.Leave().Soon();

        Assert.Equal(2, await grain.Coins().Soon());
    }

    [Fact]
    public async Task AnETagConflictFailsTheCallAndTheNextActivationSeesTheNewerState()
    {
        var grain = Wallet("conflict");
        await grain.Change(1, write: true).Soon();
        await WriteBehindTheGrain(grain, coins: 50);

        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() => grain.Change(2, write: true).Soon());
        var afterwards = await grain.Coins().Soon();

        Assert.NotEqual(conflict.StoredEtag, conflict.CurrentEtag);
        Assert.Equal(50, afterwards);
    }

    [Fact]
    public async Task AGrainOfStateKeepsItAcrossActivations()
    {
        var grain = _cluster.Client.GetGrain<INotebookGrain>("notes");
        await grain.Append("one").Soon();
        await grain.Leave().Soon();

        Assert.Equal(2, await grain.Append("two").Soon());
    }

    [Fact]
    public async Task AnUnknownStorageIsNamed()
    {
        var grain = _cluster.Client.GetGrain<ILostGrain>("lost");

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => grain.Touch().Soon());

        // Orleans wraps what a constructor throws.
        while (failure is not BadProviderConfigException)
            failure = failure.InnerException ?? throw failure;
        Assert.Contains("\"nowhere\"", failure.Message, StringComparison.Ordinal);
    }

    private async Task WriteBehindTheGrain(IWalletGrain grain, int coins)
    {
        var storage = _cluster.GetSiloServiceProvider().GetRequiredKeyedService<IGrainStorage>("Default");
        var record = new GrainState<Wallet>();
        await storage.ReadStateAsync("wallet", grain.GetGrainId(), record);
        record.State!.Coins = coins;
        await storage.WriteStateAsync("wallet", grain.GetGrainId(), record);
    }

    private IWalletGrain Wallet(string key) => _cluster.Client.GetGrain<IWalletGrain>(key);
}
