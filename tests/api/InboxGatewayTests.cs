using Engage.Api.Inbox;
using Engage.Api.Realtime;
using Engage.Api.Tests.Transport;
using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Testing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Engage.Api.Tests;

/// <summary>What the connections of one person are told when others come.</summary>
public sealed class InboxGatewayTests : IDisposable
{
    private static readonly UserId Lin = new("u-lin");
    private readonly FakeInbox _inbox = new();
    private readonly InboxGateway _gateway;

    public InboxGatewayTests() => _gateway = new(
        OneGrainFactory.Of(_inbox), new HubPushes(Options.Create(new JsonHubProtocolOptions())), new FakeTimeProvider(),
        NullLogger<InboxGateway>.Instance);

    [Fact]
    public async Task WhatASecondConnectionFindsFirstIsPushedToTheFirst()
    {
        await using var server = await TransportServer.StartAsync();
        using var first = await RawClient.ConnectAsync(server.Address, "first");
        using var second = await RawClient.ConnectAsync(server.Address, "second");
        await _gateway.WatchAsync(Lin, server.Callers.ByName["first"]);

        // The inbox's own push of it is lost, or comes later.
        _inbox.Unread = [Mention(2), Mention(1)];
        var answer = await _gateway.WatchAsync(Lin, server.Callers.ByName["second"]);
        _gateway.OnMention(Lin, Mention(2));
        _gateway.OnMention(Lin, Mention(3));

        Assert.Equal([2, 1], answer.Mentions.Select(mention => mention.Seq));
        Assert.Equal((long[])[1, 2, 3], await SeenAsync(first, 3));
        Assert.Equal((long[])[3], await SeenAsync(second, 1));
    }

    public void Dispose() => _gateway.Dispose();

    private static async Task<long[]> SeenAsync(RawClient client, int count)
    {
        var seen = new List<long>();
        while (seen.Count < count)
            foreach (var message in RawClient.Messages((await client.ReadAsync())!.Value))
                if (message.GetProperty("type").GetInt32() == 1)
                    seen.Add(message.GetProperty("arguments")[0].GetProperty("seq").GetInt64());
        return [.. seen];
    }

    private static Mention Mention(long seq, string text = "@you") =>
        new(new("r-1"), seq, new(new("u-2"), "林"), text, DateTimeOffset.UnixEpoch.AddSeconds(seq));

    private sealed class FakeInbox : IInboxGrain
    {
        public Mention[] Unread { get; set; } = [];

        public Task AddAsync(Mention mention) => throw new NotSupportedException();

        public Task<Mention[]> ListAsync() => throw new NotSupportedException();

        public Task<int> ExpireAsync(DateTimeOffset before) => Task.FromResult(0);

        public Task EraseAsync() => throw new NotSupportedException();

        public Task ClearAsync() => throw new NotSupportedException();

        public Task<Mention[]> WatchAsync(IInboxObserver observer) => Task.FromResult(Unread);

        public Task UnwatchAsync(IInboxObserver observer) => Task.CompletedTask;
    }
}
