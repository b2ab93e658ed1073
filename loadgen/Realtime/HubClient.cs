using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.LoadGen.Realtime;

/// <summary>A connection to the hub over a real WebSocket, and the pushes it received, in order.</summary>
public sealed class HubClient : IAsyncDisposable
{
    private const int PushesMax = 256;
    private readonly HubConnection _connection;

    /// <summary>A feed is a state: a reader that falls behind wants the newest ones.</summary>
    private readonly Channel<JsonElement> _pushes = Channel.CreateBounded<JsonElement>(
        new BoundedChannelOptions(PushesMax) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HubClient(HubConnection connection)
    {
        _connection = connection;
        connection.Closed += _ =>
        {
            _closed.TrySetResult();
            return Task.CompletedTask;
        };
        connection.On<JsonElement>("recommendations", feed => _pushes.Writer.TryWrite(feed));
    }

    /// <summary>The connection has ended, whoever ended it.</summary>
    public Task WhenClosed => _closed.Task;

    /// <param name="token">A user's access token.</param>
    public static async Task<HubClient> ConnectAsync(Uri address, string token)
    {
        ArgumentNullException.ThrowIfNull(address);
        var hub = new UriBuilder(address) { Scheme = "ws", Path = "/hub", Query = $"access_token={token}" }.Uri;
        var builder = new HubConnectionBuilder();
        builder.Services.AddSingleton<EndPoint>(new UriEndPoint(hub));
        builder.Services.AddSingleton<IConnectionFactory, WebSocketConnectionFactory>();
        var client = new HubClient(builder.Build());
        await client._connection.StartAsync();
        return client;
    }

    /// <summary>Calls a hub method (docs/protocol.md, "Hub") and returns its answer.</summary>
    public Task<JsonElement> CallAsync(string method, params object?[] arguments) =>
        _connection.InvokeCoreAsync<JsonElement>(method, arguments);

    /// <summary>Calls back for each push of this name, one after the other.</summary>
    public void On(string push, Action<JsonElement> received) => _connection.On(push, received);

    /// <summary>The next push that takes the given position into account.</summary>
    public async Task<JsonElement> PushAfterAsync(string position)
    {
        while (true)
        {
            var feed = await _pushes.Reader.ReadAsync();
            if (feed.TryGetProperty("position", out var at) && OffsetOf(at.GetString()!) >= OffsetOf(position))
                return feed;
        }
    }

    /// <summary>The pushes of one name from now on, in order; call it before what makes them come.</summary>
    public ChannelReader<JsonElement> Listen(string target)
    {
        var pushes = Channel.CreateBounded<JsonElement>(
            new BoundedChannelOptions(PushesMax) { FullMode = BoundedChannelFullMode.DropOldest });
        _connection.On<JsonElement>(target, push => pushes.Writer.TryWrite(push));
        return pushes.Reader;
    }

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    private static long OffsetOf(string position) =>
        long.Parse(position.AsSpan(position.IndexOf(':', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
}

/// <summary>The full SignalR client brings its own; this is the least that carries a hub over a WebSocket.</summary>
internal sealed class WebSocketConnectionFactory : IConnectionFactory
{
    public async ValueTask<ConnectionContext> ConnectAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(((UriEndPoint)endpoint).Uri, cancellationToken);
        return new WebSocketConnectionContext(socket);
    }
}
