using System.Globalization;
using System.Net.Sockets;
using Engage.Api.Problems;
using Engage.Contracts.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Engage.Api.Realtime.Transport;

/// <summary>
/// Where clients of a hub come in: <c>POST {path}/negotiate</c> offers WebSockets, <c>GET {path}</c> opens one. What
/// the hub protocol says in it stays SignalR's.
/// </summary>
internal sealed class HubEndpoint<THub>(
    HubConnectionHandler<THub> hub,
    HubConnections connections,
    HubTransportMetrics metrics,
    IOptions<HubTransportOptions> options,
    ILogger<HubConnection> logger)
    where THub : Hub
{
    private const int NegotiateVersionMax = 1;
    private static readonly TimeSpan ComeBackAfter = TimeSpan.FromSeconds(10);

    private static readonly object[] Transports =
        [new { transport = "WebSockets", transferFormats = (string[])["Text"] }];

    private readonly HubConnectionParts _parts = new(options.Value, logger);

    public Task NegotiateAsync(HttpContext context)
    {
        // A browser learns nothing of why a WebSocket was not opened; here it is told.
        if (connections.WhatIsLeft(HubCaller.Of(context)) is not Reservation.Made and var full)
            return RefuseAsync(context, full, "");
        var asked = context.Request.Query["negotiateVersion"].ToString();
        var version = 0;
        if (asked.Length > 0 && !int.TryParse(asked, NumberStyles.Integer, CultureInfo.InvariantCulture, out version))
            return context.Response.WriteAsJsonAsync(
                new { error = $"negotiateVersion is '{asked}'; expected a number." });
        var token = ConnectionIds.NewToken();
        return context.Response.WriteAsJsonAsync(new
        {
            negotiateVersion = Math.Clamp(version, 0, NegotiateVersionMax),
            connectionId = version > 0 ? ConnectionIds.Of(token) : token,
            connectionToken = version > 0 ? token : null,
            availableTransports = Transports,
        });
    }

    public async Task ConnectAsync(HttpContext context)
    {
        if (WebSocketHandshake.WhatIsWrong(context) is { } wrong)
        {
            context.Response.Headers.SecWebSocketVersion = "13";
            await Problem.InvalidRequest(wrong).ToResult().ExecuteAsync(context);
            return;
        }
        var id = IdFor(context);
        if (connections.TryReserve(id, HubCaller.Of(context)) is not Reservation.Made and var refused)
        {
            await RefuseAsync(context, refused, id);
            return;
        }
        try
        {
            await AcceptAsync(context, id);
        }
        catch
        {
            connections.Release(id);
            throw;
        }
    }

    private Task RefuseAsync(HttpContext context, Reservation refused, string id)
    {
        if (refused == Reservation.AlreadyOpen)
            return Problem.Conflict("connection", id, "it is open already; negotiate again for another one.")
                .ToResult().ExecuteAsync(context);

        metrics.Refused(refused);
        var (whose, most) = refused == Reservation.TooManyOfUser
            ? ("You have", _parts.Options.ConnectionsPerUser)
            : ("Your network has", _parts.Options.ConnectionsPerAddress);
        context.Response.Headers.RetryAfter =
            Problem.RetryAfterSeconds(ComeBackAfter).ToString(CultureInfo.InvariantCulture);
        return Problem.Busy($"{whose} {most} open connections; close one first.", ComeBackAfter)
            .ToResult().ExecuteAsync(context);
    }

    private async Task AcceptAsync(HttpContext context, string id)
    {
        var stream = await WebSocketHandshake.AcceptAsync(context);
        var (socket, expires) = (SocketFor(context), ExpiryOf(context));
        await LongRequest.SlimAsync(context);
        var connection = new HubConnection(id, context, stream, socket, expires, _parts);
        connections.Add(connection);
        context.Features.Set(new AcceptedHubConnection(connection, hub, connections));
    }

    private static string IdFor(HttpContext context)
    {
        var token = context.Request.Query["id"].ToString();
        return ConnectionIds.Of(ConnectionIds.IsToken(token) ? token : ConnectionIds.NewToken());
    }

    /// <summary>Until when the same token would be let in again.</summary>
    private static DateTimeOffset ExpiryOf(HttpContext context) =>
        context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc
            + SessionRules.ClockSkew
        ?? DateTimeOffset.MaxValue;

    private Socket? SocketFor(HttpContext context)
    {
        var settings = _parts.Options;
        if (!settings.WriteToSocket || WebSocketHandshake.SocketOf(context) is not { } socket) return null;
        try
        {
            socket.Blocking = false;
            if (settings.SocketSendBytes > 0) socket.SendBufferSize = settings.SocketSendBytes;
            return socket;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is gone already; whoever reads will notice.
            return null;
        }
    }
}
