using Microsoft.AspNetCore.Connections;

namespace Engage.Api.Realtime.Transport;

/// <summary>
/// A connection that was accepted and now has to be served. That happens outside of everything that answers requests:
/// authentication, limits and the rest are done with it, and what they hold would otherwise stay in memory as long as
/// the client does, ten thousand times.
/// </summary>
internal sealed class AcceptedHubConnection(HubConnection connection, ConnectionHandler hub, HubConnections connections)
{
    public async Task ServeAsync()
    {
        try
        {
            await connection.RunAsync(hub);
        }
        finally
        {
            connections.Release(connection.ConnectionId);
        }
    }

    /// <summary>The request failed on its way out; nobody will serve the connection.</summary>
    public void Discard()
    {
        connection.Abort();
        connections.Release(connection.ConnectionId);
    }
}

/// <summary>Puts the serving of connections before everything else in the pipeline.</summary>
internal sealed class ServeHubFirst : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(inner => context => ServeAsync(context, inner));
        next(app);
    };

    private static Task ServeAsync(HttpContext context, RequestDelegate inner) =>
        WebSocketHandshake.IsAsked(context) ? ServeWebSocketAsync(context, inner) : inner(context);

    private static async Task ServeWebSocketAsync(HttpContext context, RequestDelegate inner)
    {
        try
        {
            await inner(context);
        }
        catch
        {
            Take(context)?.Discard();
            throw;
        }
        if (Take(context) is { } accepted) await accepted.ServeAsync();
    }

    private static AcceptedHubConnection? Take(HttpContext context)
    {
        var accepted = context.Features.Get<AcceptedHubConnection>();
        context.Features.Set<AcceptedHubConnection>(null);
        return accepted;
    }
}
