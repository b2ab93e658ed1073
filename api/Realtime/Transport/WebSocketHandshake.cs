using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Engage.Api.Realtime.Transport;

/// <summary>Opens a WebSocket: the upgrade of HTTP/1.1 (RFC 6455, 4.2) or HTTP/2's CONNECT (RFC 8441).</summary>
internal static class WebSocketHandshake
{
    private const string WebSocket = "websocket";
    private const string Version = "13";
    private const int KeyBytes = 16;

    /// <summary>Section 1.3: the client sees that its key was read by somebody who speaks WebSocket.</summary>
    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>Whether the request may become a WebSocket.</summary>
    public static bool IsAsked(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true }
        || context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };

    /// <returns>Null if a WebSocket can be opened.</returns>
    public static string? WhatIsWrong(HttpContext context)
    {
        var headers = context.Request.Headers;
        var connect = context.Features.Get<IHttpExtendedConnectFeature>();
        if (connect is not { IsExtendedConnect: true }
            && !(context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
                && headers.GetCommaSeparatedValues(HeaderNames.Upgrade)
                    .Contains(WebSocket, StringComparer.OrdinalIgnoreCase)))
            return "The hub speaks WebSocket and nothing else; expected a request to upgrade to it.";
        if (connect is { IsExtendedConnect: true } && connect.Protocol != WebSocket)
            return $":protocol is '{connect.Protocol}'; expected '{WebSocket}'.";
        if (headers.SecWebSocketVersion != Version)
            return $"Sec-WebSocket-Version is '{headers.SecWebSocketVersion}'; expected '{Version}'.";
        return connect is not { IsExtendedConnect: true } && !IsKey(headers.SecWebSocketKey)
            ? $"Sec-WebSocket-Key is '{headers.SecWebSocketKey}'; expected {KeyBytes} bytes in base 64."
            : null;
    }

    /// <returns>The stream that frames travel on.</returns>
    public static async Task<Stream> AcceptAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            LiftLimits(context);
            return await connect.AcceptAsync();
        }
        var key = context.Request.Headers.SecWebSocketKey.ToString();
        context.Response.Headers.Upgrade = WebSocket;
        context.Response.Headers.SecWebSocketAccept = AnswerTo(key);
        return await context.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
    }

    /// <returns>The socket if what is written to it is what the client reads: plain HTTP/1.1. Otherwise null.</returns>
    public static Socket? SocketOf(HttpContext context) =>
        HttpProtocol.IsHttp11(context.Request.Protocol)
        && context.Features.Get<ITlsHandshakeFeature>() is null
        && context.Features.Get<ITlsConnectionFeature>() is null
            ? context.Features.Get<IConnectionSocketFeature>()?.Socket
            : null;

    /// <summary>A body has a size and a pace, a conversation has not.</summary>
    private static void LiftLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
    }

    private static bool IsKey(string? key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes + 2];
        return key is not null && Convert.TryFromBase64String(key, bytes, out var written) && written == KeyBytes;
    }

    private static string AnswerTo(string key)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        // The protocol's own choice; nothing secret depends on it.
#pragma warning disable CA5350
        SHA1.HashData(Encoding.ASCII.GetBytes(key + KeySuffix), hash);
#pragma warning restore CA5350
        return Convert.ToBase64String(hash);
    }
}
