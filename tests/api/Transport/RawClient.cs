using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Engage.Api.Tests.Transport;

internal readonly record struct RawFrame(int Opcode, byte[] Payload)
{
    public const int Continuation = 0, Text = 1, Binary = 2, CloseOpcode = 8, Ping = 9, Pong = 10;

    public string Words => Encoding.UTF8.GetString(Payload);

    public int CloseCode => BinaryPrimitives.ReadUInt16BigEndian(Payload);
}

/// <summary>A hub client made of bytes, so that it can say what no library would.</summary>
internal sealed class RawClient : IDisposable
{
    public const char Separator = '\x1e';
    private const int FinalBit = 0x80, MaskBit = 0x80;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Socket _socket;
    private readonly BufferedStream _stream;

    private RawClient(Socket socket) =>
        (_socket, _stream) = (socket, new BufferedStream(new NetworkStream(socket, ownsSocket: true), 16 * 1024));

    public Socket Socket => _socket;

    /// <summary>Opens a WebSocket and greets the hub.</summary>
    /// <param name="name">Also says hello, so that the server knows where to push.</param>
    public static async Task<RawClient> ConnectAsync(Uri address, string? name = null, int? receiveBytes = null)
    {
        var client = await OpenAsync(address, receiveBytes);
        await client.SayAsync("""{"protocol":"json","version":1}""");
        var answer = await client.ReadAsync();
        Assert.Equal("{}" + Separator, answer!.Value.Words);
        if (name is not null) await client.CallAsync("Hello", name);
        return client;
    }

    /// <summary>Opens a WebSocket and says nothing.</summary>
    public static async Task<RawClient> OpenAsync(Uri address, int? receiveBytes = null)
    {
        var client = await DialAsync(address, receiveBytes);
        await client.WriteAsync(Upgrade());
        Assert.StartsWith("HTTP/1.1 101", await client.ReadHeadAsync(), StringComparison.Ordinal);
        return client;
    }

    public static async Task<RawClient> DialAsync(Uri address, int? receiveBytes = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBytes is { } bytes) socket.ReceiveBufferSize = bytes;
        await socket.ConnectAsync(address.Host, address.Port);
        return new(socket);
    }

    public static byte[] Upgrade(string query = "", string version = "13", string key = "dGhlIHNhbXBsZSBub25jZQ==") =>
        Encoding.ASCII.GetBytes(
            $"GET /hub{query} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: {version}\r\n\r\n");

    public static byte[] Invocation(int id, string method, params object?[] arguments) => Encoding.UTF8.GetBytes(
        JsonSerializer.Serialize(new { type = 1, invocationId = $"{id}", target = method, arguments }) + Separator);

    public static byte[] Frame(
        ReadOnlySpan<byte> payload, int opcode = RawFrame.Text, bool final = true, bool masked = true, int reserved = 0)
    {
        var frame = new List<byte> { (byte)((final ? FinalBit : 0) | (reserved << 4) | opcode) };
        var maskBit = masked ? MaskBit : 0;
        var length = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
        if (payload.Length < 126) frame.Add((byte)(maskBit | payload.Length));
        else if (payload.Length <= ushort.MaxValue) frame.AddRange([(byte)(maskBit | 126), .. length[6..]]);
        else frame.AddRange([(byte)(maskBit | 127), .. length]);
        byte[] mask = [0x12, 0x34, 0x56, 0x78];
        if (masked) frame.AddRange(mask);
        for (var i = 0; i < payload.Length; i++) frame.Add((byte)(payload[i] ^ (masked ? mask[i % 4] : 0)));
        return [.. frame];
    }

    public Task SayAsync(string message) => WriteAsync(Frame(Encoding.UTF8.GetBytes(message + Separator)));

    public Task InvokeAsync(int id, string method, params object?[] arguments) =>
        WriteAsync(Frame(Invocation(id, method, arguments)));

    /// <summary>Calls and reads until the answer is there; what comes before it is passed over.</summary>
    public async Task<JsonElement> CallAsync(string method, params object?[] arguments)
    {
        await InvokeAsync(1, method, arguments);
        while (true)
        {
            var frame = await ReadAsync() ?? throw new IOException("closed before the answer");
            foreach (var message in Messages(frame))
                if (message.GetProperty("type").GetInt32() == 3) return message;
        }
    }

    public static IEnumerable<JsonElement> Messages(RawFrame frame) =>
        frame.Words.Split(Separator, StringSplitOptions.RemoveEmptyEntries)
            .Select(json => JsonSerializer.Deserialize<JsonElement>(json));

    public async Task WriteAsync(byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
            sent += await _socket.SendAsync(bytes.AsMemory(sent)).AsTask().WaitAsync(Patience);
    }

    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)(await ReadBytesAsync(1) ?? throw new IOException($"closed after '{head}'"))[0]);
        return head.ToString();
    }

    /// <summary>The JSON object after the head of an answer, up to its first closing brace.</summary>
    public async Task<string> ReadBodyAsync()
    {
        var body = new StringBuilder();
        while (body.Length == 0 || body[^1] != '}') body.Append((char)(await ReadBytesAsync(1))![0]);
        return body.ToString();
    }

    /// <returns>Null at the end of the stream.</returns>
    public async Task<RawFrame?> ReadAsync()
    {
        if (await ReadBytesAsync(2) is not { } start) return null;
        var asServersDo = (start[0] & 0x70) == 0 && (start[1] & MaskBit) == 0;
        Assert.True(asServersDo, "a server sets no reserved bit and masks nothing");
        var length = (long)(start[1] & 0x7f);
        if (length == 126) length = BinaryPrimitives.ReadUInt16BigEndian(await ReadBytesAsync(2));
        else if (length == 127) length = BinaryPrimitives.ReadInt64BigEndian(await ReadBytesAsync(8));
        return new(start[0] & 0x0f, (await ReadBytesAsync((int)length))!);
    }

    /// <summary>Reads to the end; the last close frame, if there was any.</summary>
    public async Task<(RawFrame? Close, List<JsonElement> Messages)> ReadToEndAsync()
    {
        var messages = new List<JsonElement>();
        RawFrame? close = null;
        try
        {
            while (await ReadAsync() is { } frame)
            {
                if (frame.Opcode == RawFrame.Text) messages.AddRange(Messages(frame));
                if (frame.Opcode != RawFrame.CloseOpcode) continue;
                close = frame;
                await WriteAsync(Frame(frame.Payload, RawFrame.CloseOpcode));
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // Cut while we were answering, or with our bytes unread; what came before counts.
        }
        return (close, messages);
    }

    public void Dispose() => _stream.Dispose();

    private async Task<byte[]?> ReadBytesAsync(int count)
    {
        var bytes = new byte[count];
        var read = await _stream.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false).AsTask().WaitAsync(Patience);
        return read == count ? bytes : null;
    }
}
