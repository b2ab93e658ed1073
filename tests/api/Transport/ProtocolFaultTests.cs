using System.Text;
using System.Text.Json;

namespace Engage.Api.Tests.Transport;

/// <summary>What breaks the rules of RFC 6455 or of the hub protocol ends that connection and no other.</summary>
public sealed class ProtocolFaultTests
{
    private const int ProtocolError = 1002, InvalidText = 1007;

    public static TheoryData<string, byte[], int> BrokenFrames() => new()
    {
        { "not masked", RawClient.Frame("hello"u8, masked: false), ProtocolError },
        { "reserved bit 1", RawClient.Frame("hello"u8, reserved: 4), ProtocolError },
        { "reserved bit 2", RawClient.Frame("hello"u8, reserved: 2), ProtocolError },
        { "reserved bit 3", RawClient.Frame("hello"u8, reserved: 1), ProtocolError },
        { "unknown opcode", RawClient.Frame("hello"u8, opcode: 3), ProtocolError },
        { "unknown control opcode", RawClient.Frame("hello"u8, opcode: 11), ProtocolError },
        { "continues nothing", RawClient.Frame("hello"u8, RawFrame.Continuation), ProtocolError },
        { "fragmented ping", RawClient.Frame("hello"u8, RawFrame.Ping, final: false), ProtocolError },
        { "ping too long", RawClient.Frame(new byte[126], RawFrame.Ping), ProtocolError },
        { "two messages at once", [.. RawClient.Frame("a"u8, final: false), .. RawClient.Frame("b"u8)], ProtocolError },
        { "close of one byte", RawClient.Frame([3], RawFrame.CloseOpcode), ProtocolError },
        { "close code that nobody may send", RawClient.Frame([0x03, 0xed], RawFrame.CloseOpcode), ProtocolError },
        { "not UTF-8", RawClient.Frame([0xc3, 0x28]), InvalidText },
    };

    [Theory]
    [MemberData(nameof(BrokenFrames))]
    public async Task BrokenFrameEndsTheConnectionWithItsCode(string what, byte[] frame, int code)
    {
        await using var server = await TransportServer.StartAsync();
        using var broken = await RawClient.ConnectAsync(server.Address);
        using var healthy = await RawClient.ConnectAsync(server.Address);

        await broken.WriteAsync(frame);
        var (close, _) = await broken.ReadToEndAsync();
        var answer = await healthy.CallAsync("Echo", what);

        Assert.True(close is not null, $"{what}: no close frame");
        Assert.Equal(code, close.Value.CloseCode);
        Assert.Equal(what, answer.Text("result"));
        await TransportServer.UntilAsync(() => server.Connections.Count == 1);
    }

    [Theory]
    [InlineData("{{{\x1e")]
    [InlineData("[]\x1e")]
    [InlineData("{}\x1e")]
    [InlineData("\x1e\x1e\x1e")]
    [InlineData("""{"type":1}""" + "\x1e")]
    [InlineData("""{"type":"1","target":"Echo","arguments":["a"]}""" + "\x1e")]
    public async Task BrokenHubMessageEndsTheConnectionWithAnError(string message)
    {
        await using var server = await TransportServer.StartAsync();
        using var client = await RawClient.ConnectAsync(server.Address);

        await client.WriteAsync(RawClient.Frame(Encoding.UTF8.GetBytes(message)));
        var (close, messages) = await client.ReadToEndAsync();

        Assert.Equal(1000, close!.Value.CloseCode);
        Assert.Equal(7, messages[^1].GetProperty("type").GetInt32());
        Assert.NotEmpty(messages[^1].Text("error"));
    }

    [Fact]
    public async Task MessageBeyondTheLimitEndsTheConnectionWithAnError()
    {
        await using var server = await TransportServer.StartAsync();
        using var client = await RawClient.ConnectAsync(server.Address);

        var writing = client.WriteAsync(RawClient.Frame(
            Encoding.UTF8.GetBytes(new string('x', 4 * TransportServer.MessageBytesMax))));
        var (close, messages) = await client.ReadToEndAsync();
        await writing;

        Assert.Equal(1000, close!.Value.CloseCode);
        Assert.NotEmpty(Assert.Single(messages).Text("error"));
    }

    [Fact]
    public async Task UnknownMethodAndWrongArgumentsAreAnsweredAndTheConnectionStays()
    {
        await using var server = await TransportServer.StartAsync();
        using var client = await RawClient.ConnectAsync(server.Address);

        var unknown = await client.CallAsync("NoSuchMethod");
        var tooFew = await client.CallAsync("Echo");
        var wrongKind = await client.CallAsync("Repeat", "many");
        var right = await client.CallAsync("Echo", "fine");

        Assert.All([unknown, tooFew, wrongKind], answer => Assert.NotEmpty(answer.Text("error")));
        Assert.Equal("fine", right.Text("result"));
    }

    [Fact]
    public async Task MessageMayComeInPiecesWithPingsBetween()
    {
        await using var server = await TransportServer.StartAsync();
        using var client = await RawClient.ConnectAsync(server.Address);
        var invocation = RawClient.Invocation(4, "Echo", "in pieces");

        for (var i = 0; i < invocation.Length; i++)
        {
            var opcode = i == 0 ? RawFrame.Text : RawFrame.Continuation;
            foreach (var piece in RawClient.Frame([invocation[i]], opcode, final: i == invocation.Length - 1))
                await client.WriteAsync([piece]);
            if (i % 20 == 0) await client.WriteAsync(RawClient.Frame("are you there"u8, RawFrame.Ping));
        }
        var frames = new List<RawFrame>();
        while (frames.Count == 0 || frames[^1].Opcode != RawFrame.Text) frames.Add((await client.ReadAsync())!.Value);

        Assert.All(frames[..^1], frame => Assert.Equal((RawFrame.Pong, "are you there"), (frame.Opcode, frame.Words)));
        Assert.Equal(1 + (invocation.Length - 1) / 20, frames.Count - 1);
        Assert.Equal("in pieces", RawClient.Messages(frames[^1]).Single().Text("result"));
    }

    [Fact]
    public async Task WhoPingsAndNeverReadsIsReadNoFurther()
    {
        await using var server = await TransportServer.StartAsync(options =>
            (options.OutboxBytesMax, options.SocketSendBytes) = (8 * 1024, 4 * 1024));
        using var client = await RawClient.ConnectAsync(server.Address, "one", 4 * 1024);
        var outbox = server.Callers.ByName["one"];
        var ping = RawClient.Frame(new byte[100], RawFrame.Ping);

        while (outbox.WaitingBytes <= 8 * 1024) await client.WriteAsync(ping);
        var waiting = outbox.WaitingBytes;
        client.Dispose();

        Assert.InRange(waiting, 8 * 1024, 8 * 1024 + 102);
        await TransportServer.UntilAsync(() => server.Connections.Count == 0);
    }

    [Fact]
    public async Task SeveralMessagesInOneFrameAreAllAnswered()
    {
        await using var server = await TransportServer.StartAsync();
        using var client = await RawClient.ConnectAsync(server.Address);

        await client.WriteAsync(RawClient.Frame(
            [.. RawClient.Invocation(1, "Echo", "one"), .. RawClient.Invocation(2, "Echo", "two")]));
        var answers = new List<JsonElement>();
        while (answers.Count < 2) answers.AddRange(RawClient.Messages((await client.ReadAsync())!.Value));

        Assert.Equal(["one", "two"], answers.Select(answer => answer.Text("result")));
    }
}
