using System.Security.Claims;
using Engage.Contracts;
using Engage.Contracts.Accounts;

namespace Engage.Api.Accounts;

internal sealed record MailRequest(string? Mail, string? Password);

internal sealed record CodeRequest(string? Code);

internal sealed record LinkRequest(string? Token);

internal sealed record ResetRequest(string? Mail, string? Language);

internal sealed record RedeemRequest(string? Token, string? Password);

/// <summary>Mail addresses, and new passwords for those who have one. Never tells whose an address is.</summary>
internal static class MailApi
{
    /// <summary>The secret of a link is longer than any code that one could guess.</summary>
    private const int SecretLengthMin = 40;

    public static void MapMail(this WebApplication app)
    {
        var me = app.MapGroup("/v1/users/me/mail").WithTags("Identity");
        me.MapPut("", RequestAsync);
        me.MapPost("/verify", VerifyAsync);
        var open = app.MapGroup("/v1").WithTags("Identity");
        open.MapPost("/mail-verifications", FollowLinkAsync);
        open.MapPost("/password-resets", RequestReset);
        open.MapPost("/password-resets/redeem", RedeemAsync);
    }

    private static async Task<IResult> RequestAsync(
        MailRequest request, ClaimsPrincipal caller, HttpContext context, AddressLimit limit, IGrainFactory grains,
        BlindIndex index)
    {
        var errors = new FieldErrors()
            .Add("mail", AccountRules.CheckMail(request.Mail))
            .Add("password", request.Password is null ? "expected your password" : null);
        if (errors.ToResult("The change") is { } wrong) return wrong;

        limit.Count(context);
        var reply = await grains.AccountOf(caller)
            .RequestMailAsync(new(request.Mail!, index.OfMail(request.Mail!)), request.Password!);
        return reply.ToResult(AccountAnswers.Accepted);
    }

    private static async Task<IResult> VerifyAsync(CodeRequest request, ClaimsPrincipal caller, IGrainFactory grains) =>
        (await grains.AccountOf(caller).VerifyMailAsync(request.Code ?? "")).ToResult(AccountAnswers.NoContent);

    private static async Task<IResult> FollowLinkAsync(
        LinkRequest request, HttpContext context, AddressLimit limit, IGrainFactory grains)
    {
        limit.Count(context);
        var reply = Read(request.Token) is var (user, secret)
            ? await grains.GetGrain<IAccountGrain>(user.Value).VerifyMailAsync(secret)
            : new(AccountOutcome.WrongCode);
        return reply.ToResult(AccountAnswers.NoContent);
    }

    /// <summary>
    /// The answer comes before the address is looked up: neither it nor its time tells whether anybody has it.
    /// </summary>
    private static IResult RequestReset(
        ResetRequest request, HttpContext context, AddressLimit limit, IGrainFactory grains, BlindIndex index,
        ILoggerFactory loggers)
    {
        var errors = new FieldErrors()
            .Add("mail", AccountRules.CheckMail(request.Mail))
            .Add("language", AccountRules.CheckLanguage(request.Language));
        if (errors.ToResult("The request") is { } wrong) return wrong;

        limit.Count(context);
        _ = WriteToOwnerAsync(index.OfMail(request.Mail!), request.Language, grains, loggers);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task WriteToOwnerAsync(
        string index, string? language, IGrainFactory grains, ILoggerFactory loggers)
    {
        try
        {
            if (await grains.GetGrain<ISignInGrain>(index).FindAsync() is { } user)
                await grains.GetGrain<IAccountGrain>(user.Value).RequestResetAsync(language);
        }
        // Nobody waits for the answer any more; whoever gets no letter asks again.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            MailLog.ResetFailed(loggers.CreateLogger(typeof(MailApi).FullName!), exception);
        }
    }

    private static async Task<IResult> RedeemAsync(
        RedeemRequest request, HttpContext context, AddressLimit limit, IGrainFactory grains)
    {
        var errors = new FieldErrors().Add("password", AccountRules.CheckPassword(request.Password));
        if (errors.ToResult("The request") is { } wrong) return wrong;

        limit.Count(context);
        var reply = Read(request.Token) is var (user, secret)
            ? await grains.GetGrain<IAccountGrain>(user.Value).ResetPasswordAsync(secret, request.Password!)
            : new(AccountOutcome.WrongCode);
        return reply.ToResult(AccountAnswers.NoContent);
    }

    /// <returns>Whose link it is, and its secret; null if it is none.</returns>
    private static (UserId User, string Secret)? Read(string? token)
    {
        if (token is null || token.LastIndexOf('.') is not (> 0 and var dot)) return null;

        var (user, secret) = (token[..dot], token[(dot + 1)..]);
        return IdText.IsValid(user) && secret.Length >= SecretLengthMin ? (new(user), secret) : null;
    }
}

internal static partial class MailLog
{
    [LoggerMessage(LogLevel.Warning, "A letter with a link for a new password could not be written")]
    public static partial void ResetFailed(ILogger logger, Exception exception);
}
