using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Engage.LoadGen.Load.Conducting;

namespace Engage.Bench.Connections;

/// <summary>
/// Clients that open a WebSocket, agree on the protocol as it asks, and then say nothing. Each is a socket and no more.
/// </summary>
internal sealed class IdleCrowd(LoadTarget target) : IDisposable
{
    /// <summary>Loopback has many addresses, each with ports of its own.</summary>
    private const int Sources = 16;

    private const int AtOnce = 32;
    private const byte FinalText = 0x81, Mask = 0x80;
    private readonly List<Socket> _sockets = [];

    public int Count => _sockets.Count;

    public async Task GrowAsync(int count, CancellationToken cancellation)
    {
        var first = _sockets.Count;
        var opened = new Socket[count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
        await Parallel.ForAsync(0, count, options, async (i, token) => opened[i] = await OpenAsync(first + i, token));
        _sockets.AddRange(opened);
    }

    /// <exception cref="InvalidOperationException">Somebody was sent away meanwhile.</exception>
    public void CheckAllStayed()
    {
        var gone = _sockets.Count(socket => socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0);
        if (gone > 0)
            throw new InvalidOperationException($"{gone} of {Count} idle connections to {target.Dialect} were closed.");
    }

    /// <summary>Reads and forgets until the server ends all connections.</summary>
    public Task ReadAllAsync() => Task.WhenAll(_sockets.Select(ReadAsync));

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
    }

    private async Task<Socket> OpenAsync(int number, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(2 + (number % Sources))]), 0));
        await socket.ConnectAsync(target.Server.Host, target.Server.Port, cancellation);
        await SendAsync(socket, Upgrade(), cancellation);
        var answer = await ReceiveAsync(socket, cancellation);
        if (!answer.StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
            throw new InvalidOperationException(
                $"{target.Dialect} refused an idle connection: {answer.Split('\r')[0]}");
        if (Greeting is { } greeting)
        {
            await SendAsync(socket, Frame(greeting), cancellation);
            await ReceiveAsync(socket, cancellation);
        }
        return socket;
    }

    private static async Task ReadAsync(Socket socket)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, SocketFlags.None) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Cut by a server that is gone.
        }
    }

    private string Path => target.Dialect switch
    {
        "ws" => "/",
        "socketio" => "/socket.io/?EIO=4&transport=websocket",
        // As browsers do, which cannot set headers on a WebSocket.
        _ => $"/hub?access_token={target.Tokens[0]}",
    };

    private string? Greeting => target.Dialect switch
    {
        "ws" => null,
        "socketio" => "40",
        _ => "{\"protocol\":\"json\",\"version\":1}\u001e",
    };

    private byte[] Upgrade() => Encoding.ASCII.GetBytes(
        $"GET {Path} HTTP/1.1\r\nHost: {target.Server.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + $"Sec-WebSocket-Key: {Convert.ToBase64String(RandomNumberGenerator.GetBytes(16))}\r\n"
        + "Sec-WebSocket-Version: 13\r\n\r\n");

    /// <summary>Masked with zeros, which is a mask too.</summary>
    private static byte[] Frame(string text) =>
        [FinalText, (byte)(Mask | text.Length), 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(text)];

    private static async Task SendAsync(Socket socket, byte[] bytes, CancellationToken cancellation) =>
        await socket.SendAsync(bytes, SocketFlags.None, cancellation);

    private static async Task<string> ReceiveAsync(Socket socket, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        var received = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellation);
        return received > 0
            ? Encoding.Latin1.GetString(buffer, 0, received)
            : throw new InvalidOperationException("An idle connection was closed while it was opened.");
    }
}
