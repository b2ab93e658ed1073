using System.Security.Claims;
using Engage.Api.Problems;
using Engage.Contracts.Accounts;

namespace Engage.Api.Accounts;

internal sealed record BeginTotpRequest(string? Password);

internal sealed record TotpRequest(string? Totp);

internal sealed record DisableTotpRequest(string? Password, string? Totp, string? RecoveryCode);

internal sealed record TotpAnswer(string Secret, string Uri);

/// <summary>One's authenticator: setting it up, its recovery codes, doing without it again.</summary>
internal static class TotpApi
{
    public static void MapTotp(this WebApplication app)
    {
        var group = app.MapGroup("/v1/totp").WithTags("Identity");
        group.MapPost("", BeginAsync).Produces<TotpAnswer>();
        group.MapPost("/confirm", ConfirmAsync).Produces<RecoveryCodesAnswer>();
        group.MapPost("/recovery-codes", RenewAsync).Produces<RecoveryCodesAnswer>();
        group.MapPost("/disable", DisableAsync);
    }

    private static async Task<IResult> BeginAsync(
        BeginTotpRequest request, ClaimsPrincipal caller, HttpContext context, IGrainFactory grains)
    {
        var reply = await grains.AccountOf(caller).BeginTotpAsync(request.Password ?? "");
        context.Response.Headers.CacheControl = "no-store";
        return reply.ToResult(done => TypedResults.Ok(
            new TotpAnswer(done.Texts[0], UriOf(done.Account!.UserName, done.Texts[0]))));
    }

    private static async Task<IResult> ConfirmAsync(
        TotpRequest request, ClaimsPrincipal caller, HttpContext context, IGrainFactory grains)
    {
        context.Response.Headers.CacheControl = "no-store";
        return caller.Session() is { } session
            ? (await grains.AccountOf(caller).ConfirmTotpAsync(session, request.Totp ?? ""))
                .ToResult(AccountAnswers.ToRecoveryCodes)
            : Problem.Forbidden("This token has no session; sign in with a password.").ToResult();
    }

    private static async Task<IResult> RenewAsync(
        TotpRequest request, ClaimsPrincipal caller, HttpContext context, IGrainFactory grains)
    {
        context.Response.Headers.CacheControl = "no-store";
        return (await grains.AccountOf(caller).RenewRecoveryCodesAsync(request.Totp ?? ""))
            .ToResult(AccountAnswers.ToRecoveryCodes);
    }

    private static async Task<IResult> DisableAsync(
        DisableTotpRequest request, ClaimsPrincipal caller, IGrainFactory grains) =>
        (await grains.AccountOf(caller)
            .DisableTotpAsync(request.Password ?? "", new Codes(request.Totp, request.RecoveryCode)))
            .ToResult(AccountAnswers.NoContent);

    /// <summary>What authenticators read from a picture (Google Authenticator's "Key URI Format").</summary>
    private static string UriOf(string userName, string secret) =>
        $"otpauth://totp/Engage:{Uri.EscapeDataString(userName)}?secret={secret}&issuer=Engage"
        + "&algorithm=SHA1&digits=6&period=30";
}
