using System.Net;
using System.Net.Sockets;

namespace Engage.LoadGen.Load.Wire;

/// <summary>Hears about one WebSocket; called under the loop's gate.</summary>
internal interface ISocketSink
{
    void OnOpened();

    /// <summary>A whole message; the bytes are only lent for the call.</summary>
    void OnMessage(ReadOnlySpan<byte> message);

    /// <summary>It ended, and says nothing more; not called after <see cref="LoadSocket.Dispose"/>.</summary>
    /// <param name="code">The server's close code (RFC 6455, 7.4), if it sent one.</param>
    void OnClosed(int? code, string reason);
}

/// <summary>
/// A WebSocket client over a plain socket: waits for readiness without a buffer of its own and reads into that of the
/// loop. All members are called under the loop's gate.
/// </summary>
internal sealed class LoadSocket : IMessageSink, IDisposable
{
    private readonly EventLoop _loop;
    private readonly ISocketSink _sink;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SocketAsyncEventArgs _readiness = new();
    private readonly Uri _server;
    private readonly string _target;
    private readonly string _key;
    private readonly Random _random;
    private readonly MessageStream _messages;
    private readonly SendQueue _queue;
    private byte[]? _answer = [];
    private bool _paused;
    private bool _waits;
    private bool _takes;
    private bool _ended;

    /// <param name="target">Path and query to upgrade.</param>
    /// <param name="random">For keys and masks.</param>
    public LoadSocket(EventLoop loop, ISocketSink sink, Uri server, string target, Random random)
    {
        (_loop, _sink, _server, _target, _random) = (loop, sink, server, target, random);
        var key = new byte[16];
        random.NextBytes(key);
        _key = Convert.ToBase64String(key);
        _messages = new(this);
        _queue = new(loop, _socket, End);
        _socket.NoDelay = true;
        _readiness.SetBuffer(Array.Empty<byte>(), 0, 0);
        _readiness.Completed += OnReady;
    }

    /// <summary>Limits what the kernel takes in while nobody reads.</summary>
    public int ReceiveBufferBytes { set => _socket.ReceiveBufferSize = value; }

    /// <summary>Connects and upgrades; the sink hears how that went.</summary>
    public void Open(IPEndPoint address)
    {
        var connecting = new SocketAsyncEventArgs { RemoteEndPoint = address };
        connecting.Completed += OnConnected;
        if (!_socket.ConnectAsync(connecting))
            Connected(connecting);
    }

    public void Send(ReadOnlySpan<byte> message) => Send(Opcode.Text, message);

    /// <summary>Stops reading, so that the server feels a reader who does not keep up.</summary>
    public void Pause() => _paused = true;

    public void Resume()
    {
        _paused = false;
        if (_waits)
            return;
        Wait();
    }

    /// <summary>Drops the connection without a word, as a lost network does; the sink hears nothing more.</summary>
    public void Dispose()
    {
        if (_ended)
            return;
        _ended = true;
        _socket.Dispose();
        _queue.Dispose();
        _readiness.Dispose();
        if (!_takes)
            _messages.Dispose();
    }

    void IMessageSink.OnMessage(ReadOnlySpan<byte> message)
    {
        if (!_ended)
            _sink.OnMessage(message);
    }

    void IMessageSink.OnControl(byte opcode, ReadOnlySpan<byte> payload)
    {
        if (_ended)
            return;
        if (opcode == Opcode.Ping)
            Send(Opcode.Pong, payload);
        if (opcode != Opcode.Close)
            return;
        int? code = payload.Length >= 2 ? (payload[0] << 8) | payload[1] : null;
        Send(Opcode.Close, payload.Length >= 2 ? payload[..2] : []);
        End(code, System.Text.Encoding.UTF8.GetString(payload.Length > 2 ? payload[2..] : []));
    }

    private void Send(byte opcode, ReadOnlySpan<byte> payload)
    {
        if (_ended)
            return;
        var length = ClientFrame.LengthOf(payload.Length);
        Span<byte> frame = length <= 2_048 ? stackalloc byte[length] : new byte[length];
        _queue.Send(frame[..ClientFrame.Write(frame, opcode, payload, (uint)_random.Next())]);
    }

    private void OnConnected(object? sender, SocketAsyncEventArgs connecting)
    {
        lock (_loop.Gate)
            Connected(connecting);
    }

    private void Connected(SocketAsyncEventArgs connecting)
    {
        var error = connecting.SocketError;
        connecting.Dispose();
        if (_ended)
            return;
        if (error != SocketError.Success)
        {
            End(null, $"connecting: {error}");
            return;
        }

        _socket.Blocking = false;
        _queue.Send(Upgrade.Request(_server, _target, _key));
        Wait();
    }

    private void OnReady(object? sender, SocketAsyncEventArgs readiness)
    {
        lock (_loop.Gate)
        {
            _waits = false;
            if (!_ended && !_paused && Read())
                Wait();
        }
    }

    private void Wait()
    {
        while (!_ended && !_paused)
        {
            _waits = true;
            if (_socket.ReceiveAsync(_readiness))
                return;
            _waits = false;
            if (!Read())
                return;
        }
    }

    /// <returns>Whether more may come.</returns>
    private bool Read()
    {
        while (!_ended && !_paused)
        {
            var read = _socket.Receive(_loop.Buffer, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                return true;
            if (error != SocketError.Success || read == 0)
            {
                End(null, error == SocketError.Success ? "the server ended the connection" : $"reading: {error}");
                return false;
            }

            Take(_loop.Buffer.AsSpan(0, read));
            if (read < _loop.Buffer.Length)
                return !_ended;
        }

        return false;
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        _takes = true;
        try
        {
            if (_answer is { } begun)
            {
                byte[] answer = [.. begun, .. bytes];
                var length = Upgrade.ReadAnswer(answer, _key);
                _answer = length == 0 ? answer : null;
                if (length == 0)
                    return;
                _sink.OnOpened();
                bytes = answer.AsSpan(length);
            }

            _messages.Feed(bytes);
        }
        catch (InvalidDataException nonsense)
        {
            End(null, nonsense.Message);
        }
        finally
        {
            // Not before: what is being handed on may lie in its memory.
            _takes = false;
            if (_ended)
                _messages.Dispose();
        }
    }

    private void End(int? code, string reason)
    {
        if (_ended)
            return;
        Dispose();
        _sink.OnClosed(code, reason);
    }

    private void End(string reason) => End(null, reason);
}
