using System.Buffers.Binary;
using System.Text;
using Engage.LoadGen.Load.Wire;

namespace Engage.LoadGen.Tests.Load;

public sealed class MessageStreamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void MessagesArriveWholeHoweverTheyAreCut(int seed)
    {
        var random = new Random(seed);
        var heard = new Heard();
        using var stream = new MessageStream(heard);
        var (sent, bytes) = Traffic(random, 200);

        for (var at = 0; at < bytes.Length;)
        {
            // Often a byte or two, so that every header is cut somewhere; sometimes several frames at once.
            var piece = Math.Min(bytes.Length - at, random.Next(4) == 0 ? random.Next(200_000) : random.Next(1, 40));
            stream.Feed(bytes.AsSpan(at, piece));
            at += piece;
        }

        Assert.Equal(sent, heard.Messages);
        Assert.True(heard.Pings > 10);
    }

    [Theory]
    [InlineData(new byte[] { 0xC1, 0x00 })]
    [InlineData(new byte[] { 0x81, 0x80, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0x09, 0x00 })]
    [InlineData(new byte[] { 0x89, 0x7E, 0x00, 0x80 })]
    [InlineData(new byte[] { 0x80, 0x00 })]
    [InlineData(new byte[] { 0x01, 0x00, 0x81, 0x00 })]
    [InlineData(new byte[] { 0x82, 0x7F, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    public void WhatIsNoWebSocketTrafficIsRefused(byte[] bytes)
    {
        using var stream = new MessageStream(new Heard());

        Assert.Throws<InvalidDataException>(() => stream.Feed(bytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void AClientsFrameIsReadBackWithItsMask(int length)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        var frame = new byte[ClientFrame.LengthOf(length)];

        var written = ClientFrame.Write(frame, Opcode.Text, payload, 0xA1B2C3D4);

        Assert.Equal(frame.Length, written);
        Assert.Equal(0x80 | Opcode.Text, frame[0]);
        Assert.Equal(0x80, frame[1] & 0x80);
        var start = length < 126 ? 2 : length <= ushort.MaxValue ? 4 : 10;
        byte[] mask = [0xA1, 0xB2, 0xC3, 0xD4];
        Assert.Equal(mask, frame[start..(start + 4)]);
        Assert.Equal(payload, frame[(start + 4)..].Select((each, i) => (byte)(each ^ mask[i % 4])));
    }

    [Fact]
    public void AnUpgradeIsTakenWithTheRightKeyAlone()
    {
        // The example of RFC 6455, 1.3.
        const string key = "dGhlIHNhbXBsZSBub25jZQ==";
        var answer = Encoding.ASCII.GetBytes(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");

        Assert.Equal(answer.Length, Upgrade.ReadAnswer([.. answer, 0x81, 0x00], key));
        Assert.Equal(0, Upgrade.ReadAnswer(answer.AsSpan(0, answer.Length - 1), key));
        Assert.Throws<InvalidDataException>(() => Upgrade.ReadAnswer(answer, "AAAAAAAAAAAAAAAAAAAAAA=="));
        Assert.Throws<InvalidDataException>(() => Upgrade.ReadAnswer("HTTP/1.1 401 Unauthorized\r\n\r\n"u8, key));
    }

    private static (List<string> Messages, byte[] Bytes) Traffic(Random random, int count)
    {
        var (messages, bytes) = (new List<string>(), new List<byte>());
        for (var i = 0; i < count; i++)
        {
            var length = random.Next(5) switch { 0 => 0, 1 => random.Next(70_000), _ => random.Next(300) };
            var text = new byte[length];
            for (var at = 0; at < length; at++)
                text[at] = (byte)random.Next('a', 'z' + 1);
            messages.Add(Encoding.ASCII.GetString(text));
            var fragments = random.Next(1, 4);
            for (var fragment = 0; fragment < fragments; fragment++)
            {
                var part = text[(length * fragment / fragments)..(length * (fragment + 1) / fragments)];
                bytes.AddRange(Frame(
                    fragment == 0 ? Opcode.Text : Opcode.Continuation, fragment == fragments - 1, part));
                // Control frames may come between the fragments of a message.
                if (random.Next(3) == 0)
                    bytes.AddRange(Frame(Opcode.Ping, true, [1, 2, 3]));
            }
        }

        return (messages, [.. bytes]);
    }

    private static byte[] Frame(byte opcode, bool final, byte[] payload)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(length, (ulong)payload.Length);
        var first = (byte)(opcode | (final ? 0x80 : 0));
        return payload.Length switch
        {
            < 126 => [first, (byte)payload.Length, .. payload],
            <= ushort.MaxValue => [first, 126, .. length[6..], .. payload],
            _ => [first, 127, .. length, .. payload],
        };
    }

    private sealed class Heard : IMessageSink
    {
        public List<string> Messages { get; } = [];

        public int Pings { get; private set; }

        public void OnMessage(ReadOnlySpan<byte> message) => Messages.Add(Encoding.ASCII.GetString(message));

        public void OnControl(byte opcode, ReadOnlySpan<byte> payload) => Pings += opcode == Opcode.Ping ? 1 : 0;
    }
}
