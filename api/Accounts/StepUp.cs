using System.Globalization;
using System.Security.Claims;
using Engage.Api.Problems;
using Engage.Contracts.Accounts;

namespace Engage.Api.Accounts;

/// <summary>What moves money out, or lets one see others' data, asks for a fresh code of the authenticator.</summary>
internal static class StepUp
{
    /// <summary>Answers <c>403 step-up-required</c> without one; services have none and are let through.</summary>
    public static TBuilder RequireStepUp<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter(async (context, next) =>
        {
            var time = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>();
            return context.HttpContext.User.IsService() || HasFreshCode(context.HttpContext.User, time.GetUtcNow())
                ? await next(context)
                : Problem.Named(
                    "step-up-required", "Prove that it is you", StatusCodes.Status403Forbidden,
                    "This needs a code of your authenticator, at most ten minutes old: send one to "
                    + "POST /v1/tokens/step-up and use the token that it answers. Without an authenticator, set one up "
                    + "with POST /v1/totp first.").ToResult();
        });

    public static bool HasFreshCode(ClaimsPrincipal caller, DateTimeOffset now) =>
        long.TryParse(
            caller.FindFirstValue(TokenIssuer.OtpTimeClaim), NumberStyles.None, CultureInfo.InvariantCulture,
            out var seconds)
        && now - DateTimeOffset.FromUnixTimeSeconds(seconds) <= SessionRules.ProofLifetime;
}
