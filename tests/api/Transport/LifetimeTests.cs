using Engage.Contracts.Accounts;
using Engage.Api.Realtime.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engage.Api.Tests.Transport;

/// <summary>How connections end, and what keeps them alive.</summary>
public sealed class LifetimeTests
{
    [Fact]
    public async Task GoodbyeOfTheClientIsAnswered()
    {
        await using var server = await TransportServer.StartAsync();
        using var client = await RawClient.ConnectAsync(server.Address);

        await client.WriteAsync(RawClient.Frame([0x03, 0xe8], RawFrame.CloseOpcode));
        var (close, _) = await client.ReadToEndAsync();

        Assert.Equal(1000, close!.Value.CloseCode);
        await TransportServer.UntilAsync(() => server.Connections.Count == 0);
        Assert.Equal(1, server.Callers.Gone);
    }

    [Fact]
    public async Task StoppingServerSendsEverybodyAwayToComeBack()
    {
        await using var server = await TransportServer.StartAsync();
        using var client = await RawClient.ConnectAsync(server.Address);

        var stopping = server.StopAsync();
        var (close, messages) = await client.ReadToEndAsync();
        await stopping;

        Assert.Equal(1001, close!.Value.CloseCode);
        Assert.Equal(7, messages[^1].GetProperty("type").GetInt32());
        Assert.True(messages[^1].GetProperty("allowReconnect").GetBoolean());
        Assert.Equal(0, server.Connections.Count);
    }

    [Fact]
    public async Task ConnectionEndsWhenItsTokenIsNoLongerAccepted()
    {
        var accepted = TimeSpan.FromMinutes(10) + SessionRules.ClockSkew;
        await using var server = await TransportServer.StartAsync(tokenLife: TimeSpan.FromMinutes(10));
        using var client = await RawClient.ConnectAsync(server.Address);

        server.Time.Advance(accepted - TimeSpan.FromSeconds(1));
        var answer = await client.CallAsync("Echo", "still here");
        // No further: a hub that has not ended when the time for closing is over is cut without a message.
        for (var second = 0; second < 2; second++) server.Time.Advance(TimeSpan.FromSeconds(1));
        var (close, messages) = await client.ReadToEndAsync();

        Assert.Equal("still here", answer.Text("result"));
        Assert.Equal(1000, close!.Value.CloseCode);
        Assert.Equal(7, messages[^1].GetProperty("type").GetInt32());
    }

    [Fact]
    public async Task WhoComesBackWithATokenThatIsStillAcceptedStays()
    {
        await using var server = await TransportServer.StartAsync(tokenLife: -TimeSpan.FromSeconds(5));
        using var client = await RawClient.ConnectAsync(server.Address);

        for (var second = 0; second < 20; second++) server.Time.Advance(TimeSpan.FromSeconds(1));
        var answer = await client.CallAsync("Echo", "still here");

        Assert.Equal("still here", answer.Text("result"));
    }

    [Fact]
    public async Task HubLearnsThatReceivingFailedForWhateverReason()
    {
        var hub = new WaitingHub();
        var connection = new HubConnection(
            "one", new DefaultHttpContext(), new BrokenStream(), null, DateTimeOffset.MaxValue,
            new(new(), NullLogger<HubConnection>.Instance));

        var failure = await Assert.ThrowsAsync<NotSupportedException>(() => connection.RunAsync(hub));

        Assert.Equal("broken", failure.Message);
        Assert.True(hub.IsDone);
        Assert.True(connection.Outbox.IsClosed);
    }

    [Fact]
    public async Task CallThatWaitsLearnsThatItsClientIsGone()
    {
        await using var server = await TransportServer.StartAsync();
        using (var client = await RawClient.ConnectAsync(server.Address, "one"))
            await client.InvokeAsync(2, "UntilAborted");

        await TransportServer.UntilAsync(() => server.Connections.Count == 0);

        Assert.Equal(1, server.Callers.Gone);
        Assert.True(server.Callers.ByName["one"].IsClosed);
        Assert.Equal(0, server.Callers.ByName["one"].WaitingBytes);
    }

    [Fact]
    public async Task ClientThatDoesNotAnswerTheGoodbyeIsCut()
    {
        await using var server = await TransportServer.StartAsync();
        using var client = await RawClient.ConnectAsync(server.Address, "one");

        server.Callers.ByName["one"].Close(1000, "enough");
        var cut = TransportServer.UntilAsync(() => server.Connections.Count == 0);
        await server.PassTimeUntilAsync(cut);

        Assert.Equal(7, RawClient.Messages((await client.ReadAsync())!.Value).Single().GetProperty("type").GetInt32());
        Assert.Equal(1000, (await client.ReadAsync())!.Value.CloseCode);
    }

    [Fact]
    public async Task CloseSaysWhyAndNothingFollowsIt()
    {
        await using var server = await TransportServer.StartAsync();
        using var client = await RawClient.ConnectAsync(server.Address, "one");
        var outbox = server.Callers.ByName["one"];

        outbox.Close(4001, "you are out", allowReconnect: false);
        var taken = outbox.TrySend(OutboxTests.Push(1));
        var (close, messages) = await client.ReadToEndAsync();

        Assert.False(taken);
        Assert.True(outbox.IsClosed);
        Assert.Equal(4001, close!.Value.CloseCode);
        Assert.Equal("you are out", close.Value.Words[2..]);
        var goodbye = Assert.Single(messages);
        Assert.Equal("you are out", goodbye.Text("error"));
        Assert.False(goodbye.GetProperty("allowReconnect").GetBoolean());
    }

    [Fact]
    public async Task QuietConnectionIsPingedAndABusyOneIsNot()
    {
        await using var server = await TransportServer.StartAsync();
        using var quiet = await RawClient.ConnectAsync(server.Address);
        using var busy = await RawClient.ConnectAsync(server.Address, "busy");
        using var silent = await RawClient.OpenAsync(server.Address);

        var pinged = quiet.ReadAsync();
        while (!pinged.IsCompleted)
        {
            server.Callers.ByName["busy"].TrySend(OutboxTests.Push(0));
            server.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        server.Callers.ByName["busy"].Close(1000, "");

        Assert.Equal(6, RawClient.Messages((await pinged)!.Value).Single().GetProperty("type").GetInt32());
        Assert.DoesNotContain(
            (await busy.ReadToEndAsync()).Messages, message => message.GetProperty("type").GetInt32() == 6);
        Assert.Equal(0, silent.Socket.Available);
    }

    [Fact]
    public async Task WhoNeverGreetsTheHubIsSentAway()
    {
        await using var server = await TransportServer.StartAsync(
            hub: options => options.HandshakeTimeout = TimeSpan.FromMilliseconds(50));
        using var client = await RawClient.OpenAsync(server.Address);

        var (close, messages) = await client.ReadToEndAsync();

        Assert.Equal(1000, close!.Value.CloseCode);
        Assert.Contains("canceled", Assert.Single(messages).Text("error"), StringComparison.Ordinal);
        await TransportServer.UntilAsync(() => server.Connections.Count == 0);
    }

    /// <summary>Waits for messages and for the end, as the real one does.</summary>
    private sealed class WaitingHub : ConnectionHandler
    {
        public bool IsDone { get; private set; }

        public override async Task OnConnectedAsync(ConnectionContext connection)
        {
            var ended = new TaskCompletionSource();
            using var registered = connection.ConnectionClosed.Register(ended.SetResult);
            var read = await connection.Transport.Input.ReadAsync();
            await ended.Task;
            IsDone = read.IsCompleted;
        }
    }

    /// <summary>Takes what is written; reading fails in a way that no transport is known for.</summary>
    private sealed class BrokenStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            throw new NotSupportedException("broken");
        }
    }
}
