using System.IO.Pipelines;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;

namespace Engage.Api.Realtime.Transport;

/// <summary>
/// One client of the hub: its messages are received into a pipe that the hub reads, and everything is sent through an
/// <see cref="Outbox"/>. Lives as long as <see cref="RunAsync"/>.
/// </summary>
internal sealed partial class HubConnection : HubConnectionFeatures, IOutboxFeature, ITokenLifeFeature, IOutboxOwner
{
    /// <summary>Pings are the hub protocol's.</summary>
    private static readonly WebSocketCreationOptions Receiving =
        new() { IsServer = true, KeepAliveInterval = TimeSpan.Zero };

    private readonly Lock _ending = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _closeRequested = new();
    private readonly Stream _stream;
    private readonly Socket? _socket;
    private readonly ILogger _logger;
    private readonly Pipe _inbox;
    private readonly HubFrameWriter _output;
    private bool _over;
    private volatile bool _closing;
    private volatile int _closeCode = CloseCodes.Normal;

    /// <param name="stream">
    /// The way of everything received, and of what is sent where <paramref name="socket"/> is not used.
    /// </param>
    /// <param name="socket">Where frames may be written directly; null where something lies in between.</param>
    /// <param name="expires">When the token of the user is no longer accepted, and the connection with it.</param>
    public HubConnection(
        string id, HttpContext http, Stream stream, Socket? socket, DateTimeOffset expires, HubConnectionParts parts)
        : base(id, http)
    {
        _stream = stream;
        _socket = socket;
        _logger = parts.Logger;
        _inbox = new(parts.Inbox);
        Outbox = new(this, stream, parts.Options.OutboxBytesMax);
        _output = new(Outbox);
        Pulse = new(this, expires);
    }

    public Outbox Outbox { get; }

    public ConnectionPulse Pulse { get; }

    public override PipeReader Input => _inbox.Reader;

    public override PipeWriter Output => _output;

    public override CancellationToken ConnectionClosed
    {
        get => _closed.Token;
        set => throw new NotSupportedException();
    }

    public override CancellationToken ConnectionClosedRequested
    {
        get => _closeRequested.Token;
        set => throw new NotSupportedException();
    }

    /// <summary>A close frame was sent, or waits to be.</summary>
    public bool IsClosing => _closing;

    public bool IsCloseRequested => _closeRequested.IsCancellationRequested;

    /// <summary>Serves the client until it is gone, or the hub is done with it and both said goodbye.</summary>
    public async Task RunAsync(ConnectionHandler hub)
    {
        var serving = ServeAsync(hub);
        try
        {
            await ReceiveAsync();
        }
        finally
        {
            // Also after a failure that no transport is known for: the hub would wait for ever.
            await EndAsync(serving);
        }
    }

    public void ExtendTo(DateTimeOffset until) => Pulse.ExtendTo(until);

    /// <summary>The hub says goodbye and ends; <see cref="HubHeartbeat"/> sees to it that the client follows.</summary>
    public override void RequestClose() => RequestClose(CloseCodes.Normal);

    public void RequestClose(int code)
    {
        if (IsCloseRequested) return;
        _closeCode = code;
        // Wakes the hub, which may run long.
        ThreadPool.UnsafeQueueUserWorkItem(requested => requested.Cancel(), _closeRequested, preferLocal: false);
    }

    /// <summary>Says goodbye for a hub that does not.</summary>
    public void CloseNow() => Outbox.Close(_closeCode, "");

    public override void Abort(ConnectionAbortedException abortReason) => Abort();

    public override void Abort()
    {
        Outbox.End();
        // Later the same object may serve another request.
        lock (_ending)
            if (!_over) Http.Abort();
    }

    public void OnSendFailed() =>
        ThreadPool.UnsafeQueueUserWorkItem(connection => connection.Abort(), this, preferLocal: false);

    public void OnClosing()
    {
        _closing = true;
        RequestClose(_closeCode);
    }

    /// <summary>Ends what the hub waits for.</summary>
    public void CheckTimeouts() => Beat();

    private async Task EndAsync(Task serving)
    {
        await _inbox.Writer.CompleteAsync();
        ThreadPool.UnsafeQueueUserWorkItem(closed => closed.Cancel(), _closed, preferLocal: false);
        await serving;
        await Outbox.WhenDrainedAsync();
        Outbox.End();
        lock (_ending) _over = true;
    }

    private async Task ServeAsync(ConnectionHandler hub)
    {
        try
        {
            await hub.OnConnectedAsync(this);
        }
        // The client learns that it was not its fault; the server goes on.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogHubFailed(exception, ConnectionId);
            _closeCode = CloseCodes.InternalError;
        }
        await Output.CompleteAsync();
        await _inbox.Reader.CompleteAsync();
        CloseNow();
    }

    private async Task ReceiveAsync()
    {
        using var webSocket = WebSocket.CreateFromStream(new ControlStream(_stream, Outbox), Receiving);
        try
        {
            await HearAsync();
            while (await ReceiveSomeAsync(webSocket))
            {
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException
            or ObjectDisposedException)
        {
            LogEnded(exception, ConnectionId);
        }
    }

    /// <summary>
    /// What the client says first proves that it has seen the answer to its upgrade, so the way to the socket is free.
    /// One that talks before (a breach of RFC 6455, section 4.1) is answered through the stream, for good.
    /// </summary>
    private async ValueTask HearAsync()
    {
        var first = _stream.ReadAsync(Memory<byte>.Empty);
        var early = first.IsCompleted;
        await first;
        if (!early && _socket is not null) Outbox.UseSocket(_socket);
    }

    private async ValueTask<bool> ReceiveSomeAsync(WebSocket webSocket)
    {
        // Nothing is received into nothing: an idle connection holds no buffer.
        var part = await webSocket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        if (part.MessageType == WebSocketMessageType.Close) return false;

        part = await webSocket.ReceiveAsync(_inbox.Writer.GetMemory(), CancellationToken.None);
        if (part.MessageType == WebSocketMessageType.Close) return false;

        _inbox.Writer.Advance(part.Count);
        await InboxScheduler.FlushAsync(_inbox.Writer);
        return true;
    }

    [LoggerMessage(LogLevel.Debug, "Hub connection {Connection} ended without a goodbye")]
    private partial void LogEnded(Exception exception, string connection);

    [LoggerMessage(LogLevel.Error, "The hub failed for connection {Connection}; it is closed")]
    private partial void LogHubFailed(Exception exception, string connection);
}

/// <summary>What all connections of a hub have alike.</summary>
internal sealed class HubConnectionParts(HubTransportOptions options, ILogger<HubConnection> logger)
{
    public HubTransportOptions Options => options;

    public ILogger Logger => logger;

    public PipeOptions Inbox { get; } = new(
        readerScheduler: InboxScheduler.Instance,
        pauseWriterThreshold: options.InboxBytesMax,
        resumeWriterThreshold: options.InboxBytesMax / 2,
        useSynchronizationContext: false);
}
