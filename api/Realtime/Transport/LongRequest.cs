using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Engage.Api.Realtime.Transport;

/// <summary>
/// A request that lasts as long as its client stays keeps only what its connection needs: who the user is. Headers,
/// the token, its parsed form and the services that checked it are kilobytes for each of thousands.
/// </summary>
internal static class LongRequest
{
    /// <summary>Claims about the token, not about the user.</summary>
    private static readonly string[] OfTheToken =
        ["iss", "aud", "exp", "nbf", "iat", "jti", "amr", "auth_time", "otp_time"];

    /// <summary>After this nothing may ask the request for its headers or services.</summary>
    public static async ValueTask SlimAsync(HttpContext context)
    {
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        // A stay of hours is no duration of a request.
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics) metrics.MetricsDisabled = true;
        context.User = SlimUser(context.User);
        context.Features.Set<IAuthenticateResultFeature>(null);
        context.Features.Set<IQueryFeature>(null);
        context.Features.Set<IItemsFeature>(null);
        context.SetEndpoint(null);
        if (context.Features.Get<IHttpRequestFeature>() is { } request)
        {
            request.RawTarget = "";
            request.QueryString = "";
            request.Headers.Clear();
        }
        // Their scope holds the handlers of authentication, which remember what they were shown.
        if (context.Features.Get<IServiceProvidersFeature>() is IAsyncDisposable services)
            await services.DisposeAsync();
    }

    /// <summary>The same claims, without the token that the identity was read from.</summary>
    private static ClaimsPrincipal SlimUser(ClaimsPrincipal user) => new(user.Identities.Select(identity =>
        new ClaimsIdentity(
            identity.Claims
                .Where(claim => !OfTheToken.Contains(claim.Type))
                .Select(claim => new Claim(claim.Type, claim.Value, claim.ValueType, claim.Issuer)),
            identity.AuthenticationType,
            identity.NameClaimType,
            identity.RoleClaimType)));
}
