using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Engage.LoadGen.Realtime;

/// <summary>A WebSocket as the duplex pipe that a hub connection reads and writes.</summary>
internal sealed class WebSocketConnectionContext : ConnectionContext
{
    private readonly ClientWebSocket _socket;
    private readonly Pipe _incoming = new();
    private readonly Pipe _outgoing = new();
    private readonly Task _pumps;

    public WebSocketConnectionContext(ClientWebSocket socket)
    {
        _socket = socket;
        Transport = new DuplexPipe(_incoming.Reader, _outgoing.Writer);
        _pumps = Task.WhenAll(ReceiveAsync(), SendAsync());
    }

    public override string ConnectionId { get; set; } = Guid.NewGuid().ToString("n");
    public override IFeatureCollection Features { get; } = new FeatureCollection();
    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();
    public override IDuplexPipe Transport { get; set; }

    public override async ValueTask DisposeAsync()
    {
        await _outgoing.Writer.CompleteAsync();
        _socket.Abort();
        await _pumps;
        _socket.Dispose();
        await base.DisposeAsync();
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(_incoming.Writer.GetMemory(4096), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close) break;
                _incoming.Writer.Advance(received.Count);
                await _incoming.Writer.FlushAsync();
            }
            await _incoming.Writer.CompleteAsync();
        }
        // An aborted socket is a disposed one for whoever comes to it a moment later.
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException
            or ObjectDisposedException)
        {
            await _incoming.Writer.CompleteAsync(exception);
        }
    }

    private async Task SendAsync()
    {
        try
        {
            while (await _outgoing.Reader.ReadAsync() is { IsCompleted: false } read)
            {
                // The JSON hub protocol is text, and separates its messages itself.
                await _socket.SendAsync(read.Buffer.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
                _outgoing.Reader.AdvanceTo(read.Buffer.End);
            }
        }
        // An aborted socket is a disposed one for whoever comes to it a moment later.
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException
            or ObjectDisposedException)
        {
            await _outgoing.Reader.CompleteAsync(exception);
        }
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
