using System.Text;
using Engage.Api.Realtime.Transport;

namespace Engage.Api.Tests.Transport;

/// <summary>Order, bounds and slow readers; on the socket and through the stream.</summary>
public sealed class OutboxTests
{
    private const int SmallBuffer = 4 * 1024;

    internal static PushFrame Push(int number, int padding = 0) => PushFrame.FromHubMessage(Encoding.UTF8.GetBytes(
        $$"""{"type":1,"target":"push","arguments":[{{number}},"{{new string('.', padding)}}"]}"""));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PushesAndAnswersKeepTheirOrder(bool toSocket)
    {
        const int pushes = 5_000, calls = 500;
        await using var server = await TransportServer.StartAsync(options => options.WriteToSocket = toSocket);
        using var client = await RawClient.ConnectAsync(server.Address, "one");
        var outbox = server.Callers.ByName["one"];

        var pushing = Task.Run(async () =>
        {
            for (var i = 0; i < pushes; i++)
                while (!outbox.TrySend(Push(i))) await Task.Yield();
        });
        var calling = Task.Run(async () =>
        {
            for (var i = 0; i < calls; i++) await client.InvokeAsync(i, "Echo", $"{i}");
        });
        var (pushed, answered) = await ReadAsync(client, pushes, calls);
        await Task.WhenAll(pushing, calling);

        Assert.Equal(Enumerable.Range(0, pushes), pushed);
        Assert.Equal(Enumerable.Range(0, calls).Select(i => $"{i}"), answered);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SlowReaderIsBoundedToldAndCatchesUp(bool toSocket)
    {
        const int bound = 64 * 1024, padding = 1_000;
        await using var server = await TransportServer.StartAsync(options =>
            (options.OutboxBytesMax, options.SocketSendBytes, options.WriteToSocket) = (bound, SmallBuffer, toSocket));
        using var slow = await RawClient.ConnectAsync(server.Address, "slow", SmallBuffer);
        using var quick = await RawClient.ConnectAsync(server.Address, "quick");
        var (behind, ahead) = (server.Callers.ByName["slow"], server.Callers.ByName["quick"]);
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        behind.Drained += _ => drained.SetResult();

        var taken = 0;
        while (behind.TrySend(Push(taken, padding))) taken++;
        var waiting = behind.WaitingBytes;
        ahead.TrySend(Push(1));
        var seen = RawClient.Messages((await quick.ReadAsync())!.Value).Single();
        var (received, _) = await ReadAsync(slow, taken, 0);
        await drained.Task;

        Assert.InRange(waiting, bound - 2 * padding, bound);
        Assert.Equal(1, seen.GetProperty("arguments")[0].GetInt32());
        Assert.False(behind.IsClosed);
        Assert.Equal(Enumerable.Range(0, taken), received);
        Assert.False(behind.IsBehind);
        Assert.True(behind.TrySend(Push(taken)));
        Assert.Equal(1, server.Connections.Sum().Resynced);
    }

    [Fact]
    public async Task SlowReaderIsClosedWhenItsTimeIsUp()
    {
        await using var server = await TransportServer.StartAsync(options =>
            (options.OutboxBytesMax, options.SocketSendBytes, options.CloseTimeout) =
                // Time runs on until the test sees that it is closed: by then a short one might be over, too.
                (2 * SmallBuffer, SmallBuffer, TimeSpan.FromHours(1)));
        using var slow = await RawClient.ConnectAsync(server.Address, "slow", SmallBuffer);
        var outbox = server.Callers.ByName["slow"];
        while (outbox.TrySend(Push(0, 500)))
        {
        }

        await server.PassTimeUntilAsync(TransportServer.UntilAsync(() => outbox.IsClosed));
        var (close, messages) = await slow.ReadToEndAsync();

        Assert.Equal(CloseCodes.SlowReader, close!.Value.CloseCode);
        Assert.Contains("slow reader", messages[^1].Text("error"), StringComparison.Ordinal);
        Assert.True(messages[^1].GetProperty("allowReconnect").GetBoolean());
        Assert.True(server.Time.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)
            >= TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LargeFrameArrivesWholeHoweverSlowlyItIsRead(bool toSocket)
    {
        // More than a kernel takes of a local connection, whatever its buffers were when it began.
        const int padding = 16_000_000;
        await using var server = await TransportServer.StartAsync(options =>
            (options.OutboxBytesMax, options.SocketSendBytes, options.WriteToSocket) =
                (SmallBuffer, SmallBuffer, toSocket));
        using var client = await RawClient.ConnectAsync(server.Address, "one", SmallBuffer);
        var outbox = server.Callers.ByName["one"];

        var whenEmpty = outbox.TrySend(Push(7, padding));
        var whenBehind = outbox.TrySend(Push(8));
        var frame = await client.ReadAsync();

        Assert.True(whenEmpty);
        Assert.False(whenBehind);
        var message = RawClient.Messages(frame!.Value).Single();
        Assert.Equal(7, message.GetProperty("arguments")[0].GetInt32());
        Assert.Equal(padding, message.GetProperty("arguments")[1].GetString()!.Length);
    }

    [Fact]
    public async Task WhoCallsAndNeverReadsIsAnsweredNoFurther()
    {
        const int calls = 2_000, answer = 10_000, bound = 64 * 1024;
        await using var server = await TransportServer.StartAsync(options =>
            (options.OutboxBytesMax, options.SocketSendBytes) = (bound, SmallBuffer));
        using var client = await RawClient.ConnectAsync(server.Address, "one", SmallBuffer);
        var outbox = server.Callers.ByName["one"];

        for (var i = 0; i < calls; i++) await client.InvokeAsync(i, "Repeat", answer);
        await TransportServer.UntilAsync(() => outbox.WaitingBytes > bound);
        var (waiting, answered) = (outbox.WaitingBytes, server.Callers.Calls);
        var (_, received) = await ReadAsync(client, 0, calls);

        Assert.InRange(waiting, bound, bound + answer + 100);
        Assert.InRange(answered, 1, calls / 2);
        Assert.All(received, text => Assert.Equal(answer, text.Length));
    }

    [Fact]
    public async Task PushToWhoIsGoneIsRefusedWithoutAnException()
    {
        await using var server = await TransportServer.StartAsync();
        var client = await RawClient.ConnectAsync(server.Address, "one");
        var outbox = server.Callers.ByName["one"];

        client.Socket.LingerState = new(true, 0);
        client.Dispose();
        await TransportServer.UntilAsync(() => !outbox.TrySend(Push(0)));
        await TransportServer.UntilAsync(() => server.Connections.Count == 0);

        Assert.True(outbox.IsClosed);
        Assert.Equal(0, outbox.WaitingBytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public async Task AnswerAndPushOfAnyLengthAreFramed(int characters)
    {
        await using var server = await TransportServer.StartAsync();
        using var client = await RawClient.ConnectAsync(server.Address, "one");

        var answer = await client.CallAsync("Repeat", characters);
        server.Callers.ByName["one"].TrySend(Push(3, characters));
        var push = RawClient.Messages((await client.ReadAsync())!.Value).Single();

        Assert.Equal(characters, answer.Text("result").Length);
        Assert.Equal(characters, push.GetProperty("arguments")[1].GetString()!.Length);
    }

    [Fact]
    public async Task OrdinaryHubPushesGoTheSameWay()
    {
        await using var server = await TransportServer.StartAsync();
        using var one = await RawClient.ConnectAsync(server.Address);
        using var other = await RawClient.ConnectAsync(server.Address);
        // An answer shows that the hub counts her among all; the handshake's end does not.
        await other.CallAsync("Echo", "here");

        await one.InvokeAsync(5, "ToAll", "hello");
        var heard = RawClient.Messages((await other.ReadAsync())!.Value).Single();

        Assert.Equal("said", heard.Text("target"));
        Assert.Equal("hello", heard.GetProperty("arguments")[0].GetString());
    }

    private static async Task<(List<int> Pushed, List<string> Answered)> ReadAsync(
        RawClient client, int pushes, int answers)
    {
        var (pushed, answered) = (new List<int>(), new List<string>());
        while (pushed.Count < pushes || answered.Count < answers)
        {
            var frame = await client.ReadAsync() ?? throw new IOException("closed too early");
            foreach (var message in RawClient.Messages(frame))
                if (message.GetProperty("type").GetInt32() == 1)
                    pushed.Add(message.GetProperty("arguments")[0].GetInt32());
                else
                    answered.Add(message.Text("result"));
        }
        return (pushed, answered);
    }
}
