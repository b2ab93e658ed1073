using System.Net.Sockets;

namespace Engage.Api.Realtime.Transport;

/// <summary>
/// Everything that is sent to one client, in one order: pushes, the hub's answers, pongs, the close frame. A frame goes
/// to the kernel at once, in the caller's thread and by one system call; what the kernel does not take waits here,
/// bounded, and is sent when the client has read. Any thread may call any method; none blocks or throws because of the
/// client.
/// </summary>
/// <param name="stream">Where bytes go unless they go to the socket itself.</param>
/// <param name="bytesMax">How much may wait; <see cref="HubTransportOptions.OutboxBytesMax"/>.</param>
internal sealed class Outbox(IOutboxOwner owner, Stream stream, int bytesMax)
{
    private readonly Lock _gate = new();
    private readonly OutboxQueue _waiting = new();
    private Socket? _socket;
    private TaskCompletionSource? _drained;
    private State _state;
    private bool _pumping;
    private bool _refused;
    private Action? _afterAnswer;

    private enum State : byte
    {
        Open,

        /// <summary>The close frame is in the queue or sent: nothing may follow it.</summary>
        Closing,
        Ended,
    }

    /// <summary>
    /// Nothing waits any more after <see cref="TrySend"/> had refused a frame: time to send what was missed. Raised
    /// once per refusal, on any thread, perhaps before the refused caller has seen the refusal.
    /// </summary>
    public event Action<Outbox>? Drained;

    public string ConnectionId => owner.ConnectionId;

    /// <summary>Whether something waits that the kernel did not take.</summary>
    public bool IsBehind => WaitingBytes > 0;

    public long WaitingBytes => _waiting.Bytes;

    /// <summary>Whether the connection no longer takes pushes, since it is closing or gone.</summary>
    public bool IsClosed => _state != State.Open;

    public OutboxFigures Figures { get; } = new();

    internal bool IsOverfull => WaitingBytes > bytesMax;

    /// <summary>
    /// Sends the frame, or lets it wait. False if it does not fit - <see cref="Drained"/> comes later - or if the
    /// connection is closing: <see cref="IsClosed"/> then, and nothing comes.
    /// </summary>
    public bool TrySend(PushFrame frame)
    {
        Then next;
        lock (_gate)
        {
            if (_state != State.Open) return false;
            // A frame larger than the bound can be sent when nothing else waits, or it never could.
            if (_waiting.Bytes > 0 && _waiting.Bytes + frame.Length > bytesMax)
            {
                _refused = true;
                return false;
            }
            next = Put(new(frame.Bytes, null));
        }
        Do(next);
        return true;
    }

    /// <summary>
    /// Ends the connection in order: a hub message that says why (if it fits), a close frame, time for the client to
    /// answer it, the end.
    /// </summary>
    /// <param name="code">Of RFC 6455 or <see cref="CloseCodes"/>.</param>
    /// <param name="reason">For people who look for the cause; empty: no hub message.</param>
    /// <param name="allowReconnect">Whether the client may come back by itself.</param>
    public void Close(int code, string reason, bool allowReconnect = true)
    {
        var next = Then.Nothing;
        lock (_gate)
        {
            if (_state != State.Open) return;
            if (reason.Length > 0 && !IsOverfull)
                next |= Put(new(HubClose.Message(reason, allowReconnect).Bytes, null));
            if (_state == State.Open) next |= PutClosing(WebSocketFrame.Close(code, reason));
        }
        Do(next);
    }

    /// <summary>
    /// What to do once the answer that is being written now has its place among all that is sent; on the thread that
    /// writes it.
    /// To be called while the answer is serialized.
    /// </summary>
    public void AfterAnswer(Action then) => _afterAnswer += then;

    /// <summary>An answer of the hub: taken whether it fits or not; its writer waits while too much does.</summary>
    /// <param name="pooled">What to give back to the shared pool of arrays when the bytes are sent.</param>
    internal void Send(ReadOnlyMemory<byte> frame, byte[]? pooled)
    {
        Then next;
        lock (_gate) next = Put(new(frame, pooled));
        Do(next);
        if (_afterAnswer is null) return;
        var then = _afterAnswer;
        _afterAnswer = null;
        then();
    }

    /// <summary>
    /// Small, and what nothing later would make up for: taken whether it fits or not, as answers are. The caller sees to
    /// it that there are few.
    /// </summary>
    internal void SendAnyway(PushFrame frame)
    {
        Then next;
        lock (_gate) next = Put(new(frame.Bytes, null));
        Do(next);
    }

    /// <summary>A pong or close frame of the WebSocket's own.</summary>
    internal void SendControl(byte[] frame)
    {
        Then next;
        lock (_gate) next = WebSocketFrame.IsClose(frame) ? PutClosing(frame) : Put(new(frame, null));
        Do(next);
    }

    /// <summary>
    /// From now on frames go to the socket. Without effect if something was sent already, which might still be on its
    /// way through the stream.
    /// </summary>
    internal void UseSocket(Socket socket)
    {
        lock (_gate)
        {
            if (Figures.Frames == 0) _socket = socket;
        }
    }

    /// <summary>Completes when nothing waits, or when the outbox has ended.</summary>
    internal Task WhenDrainedAsync()
    {
        lock (_gate)
        {
            if (_state == State.Ended || !_pumping) return Task.CompletedTask;
            _drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    /// <summary>Forgets what waits. Afterwards nothing touches socket or stream but a write under way.</summary>
    internal void End()
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            _state = State.Ended;
            if (!_pumping) _waiting.Clear();
            (waiter, _drained) = (_drained, null);
        }
        waiter?.SetResult();
    }

    private Then PutClosing(byte[] frame)
    {
        var next = Put(new(frame, null));
        if (_state != State.Open) return next;
        _state = State.Closing;
        return next | Then.TellClosing;
    }

    /// <summary>Under the lock.</summary>
    private Then Put(Outgoing frame)
    {
        if (_state != State.Open)
        {
            frame.Release();
            return Then.Nothing;
        }
        Figures.Frames++;
        Figures.Bytes += frame.Bytes.Length;
        if (_pumping)
        {
            _waiting.Add(frame);
            return Then.Nothing;
        }
        return _socket is null ? Wait(frame) : SendNow(_socket, frame);
    }

    private Then SendNow(Socket socket, Outgoing frame)
    {
        try
        {
            var sent = socket.Send(frame.Bytes.Span, SocketFlags.None, out var error);
            if (sent == frame.Bytes.Length)
            {
                frame.Release();
                return Then.Nothing;
            }
            if (error is SocketError.Success or SocketError.WouldBlock)
            {
                Figures.Blocked++;
                return Wait(frame with { Bytes = frame.Bytes[sent..] });
            }
        }
        catch (ObjectDisposedException)
        {
            // The server has closed the connection under us; its receiving side knows.
        }
        frame.Release();
        _state = State.Ended;
        return Then.TellFailed;
    }

    private Then Wait(Outgoing frame)
    {
        _waiting.Add(frame);
        _pumping = true;
        return Then.Pump;
    }

    /// <summary>Sends what waits, in order, until nothing does.</summary>
    private async Task PumpAsync()
    {
        try
        {
            while (TryTake(out var next))
            {
                try
                {
                    await WriteAsync(next.Bytes);
                }
                finally
                {
                    next.Release();
                }
            }
        }
        catch (Exception exception) when (IsOfTransport(exception))
        {
            Fail();
        }
    }

    private bool TryTake(out Outgoing next)
    {
        TaskCompletionSource? waiter;
        bool resume;
        lock (_gate)
        {
            if (_state == State.Ended) _waiting.Clear();
            if (_waiting.TryTake(out next)) return true;
            _pumping = false;
            Figures.Drained++;
            resume = _refused && _state == State.Open;
            if (resume) Figures.Resynced++;
            _refused = false;
            (waiter, _drained) = (_drained, null);
        }
        waiter?.SetResult();
        // Not from here: what is sent in answer may start the next pump.
        if (resume)
            ThreadPool.UnsafeQueueUserWorkItem(outbox => outbox.Drained?.Invoke(outbox), this, preferLocal: false);
        return false;
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_socket is null)
            await stream.WriteAsync(bytes);
        else
            for (var sent = 0; sent < bytes.Length;)
                sent += await _socket.SendAsync(bytes[sent..], SocketFlags.None);
    }

    private void Fail()
    {
        lock (_gate)
        {
            _pumping = false;
            _state = State.Ended;
        }
        End();
        owner.OnSendFailed();
    }

    /// <summary>What sockets, the server's streams and encryption throw once the client is gone.</summary>
    private static bool IsOfTransport(Exception exception) => exception
        is IOException or SocketException or OperationCanceledException or InvalidOperationException;

    private void Do(Then next)
    {
        if (next == Then.Nothing) return;
        if (next.HasFlag(Then.Pump)) _ = PumpAsync();
        if (next.HasFlag(Then.TellClosing)) owner.OnClosing();
        if (next.HasFlag(Then.TellFailed)) owner.OnSendFailed();
    }

    /// <summary>What is left to do once the lock is free.</summary>
    [Flags]
    private enum Then : byte
    {
        Nothing = 0,
        Pump = 1,
        TellClosing = 2,
        TellFailed = 4,
    }
}
