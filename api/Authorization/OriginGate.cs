using Engage.Api.Accounts;
using Engage.Api.Problems;
using Engage.Api.Realtime.Transport;
using Microsoft.Extensions.Options;

namespace Engage.Api.Authorization;

/// <summary>
/// A page of another site may change nothing and open no WebSocket here (cross-site request forgery, cross-site
/// WebSocket hijacking), whatever token or cookie it makes the browser send. Clients that are no browsers send no
/// Origin.
/// </summary>
internal sealed class OriginGate(RequestDelegate next, IOptions<AuthOptions> options)
{
    private readonly HashSet<string> _allowed = new(options.Value.AllowedOrigins, StringComparer.Ordinal);

    public Task InvokeAsync(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        return origin.Length == 0 || OnlyReads(context) || IsOurs(origin, context.Request) || _allowed.Contains(origin)
            ? next(context)
            : Problem.Forbidden(
                $"Origin '{origin}' may only read here; allow it in Auth:AllowedOrigins.")
                .ToResult().ExecuteAsync(context);
    }

    /// <summary>What only reads gives another site's page nothing: browsers keep the answer from it (CORS).</summary>
    private static bool OnlyReads(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
            || HttpMethods.IsOptions(context.Request.Method))
        && !WebSocketHandshake.IsAsked(context);

    /// <summary>Compared to the letter: browsers write an origin in one way only.</summary>
    private static bool IsOurs(string origin, HttpRequest request) => origin == $"{request.Scheme}://{request.Host}";
}
