using Engage.Actors.Tests.Grains;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace Engage.Actors.Tests;

/// <summary>Grains never share an object: what crosses is copied, unless it is immutable.</summary>
public sealed class IsolationTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task WhatTheCallerChangesAfterwardsIsNotSeenByTheGrain()
    {
        var order = Order("tea");
        await Grain.Keep(order).Soon();

        order.Lines[0].Text = "coffee";
        order.Lines.Add(new() { Text = "cake" });

        Assert.Equal("tea", await Grain.Kept().Soon());
    }

    [Fact]
    public async Task WhatTheCallerDoesToAResultIsNotSeenByTheGrain()
    {
        await Grain.Keep(Order("tea")).Soon();

        var result = await Grain.Return().Soon();
        result.Lines.Clear();

        Assert.Equal("tea", await Grain.Kept().Soon());
    }

    [Fact]
    public async Task EveryKindOfMemberArrives()
    {
        var order = Order("tea");

        await Grain.Keep(order).Soon();
        var result = await Grain.Return().Soon();

        Assert.Equal("tea", result.Lines[0].Text);
        Assert.Equal(order.ByName["tea"].Text, result.ByName["tea"].Text);
        Assert.Same(result.Lines[0], result.ByName["tea"]);
        Assert.Equal(order.Tags, result.Tags);
        Assert.Equal(order.Prices, result.Prices);
        Assert.Equal(order.Pair, result.Pair);
        Assert.Equal(order.Due, result.Due);
        Assert.Equal(order.Size, result.Size);
        Assert.Equal(order.Place, result.Place);
        Assert.Null(result.Nothing);
    }

    [Fact]
    public async Task AMemberWithoutIdIsNotSent()
    {
        var order = Order("tea");
        order.Secret = "local";

        await Grain.Keep(order).Soon();

        Assert.Null((await Grain.Return().Soon()).Secret);
    }

    [Fact]
    public async Task AnObjectThatRefersToItselfIsCopiedOnce()
    {
        var line = new OrderLine { Text = "round" };
        line.Next = line;
        var order = Order("tea");
        order.Lines.Add(line);

        await Grain.Keep(order).Soon();
        var copy = (await Grain.Return().Soon()).Lines[1];

        Assert.NotSame(line, copy);
        Assert.Same(copy, copy.Next);
    }

    [Fact]
    public async Task ATypeThatIsNotSerializableIsRefusedByName()
    {
        var refusal = await Assert.ThrowsAsync<CodecNotFoundException>(
            () => Grain.KeepAnything(new NotSerializable()).Soon());

        Assert.Contains(nameof(NotSerializable), refusal.Message, StringComparison.Ordinal);
    }

    private IIsolationGrain Grain => _cluster.Client.GetGrain<IIsolationGrain>("isolation");

    private static Order Order(string text)
    {
        var line = new OrderLine { Text = text };
        return new()
        {
            Lines = [line],
            ByName = new() { [text] = line },
            Tags = ["a", "b"],
            Prices = [1.5m, 2m],
            Pair = (3, "three"),
            Due = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(8)),
            Size = OrderSize.Large,
            Place = new("Hall", 7),
        };
    }
}
