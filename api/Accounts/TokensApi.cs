using System.Security.Claims;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Engage.Api.Accounts;

/// <summary>One of three: a sign-in, a refresh, or a service's credentials.</summary>
internal sealed record TokenRequest(
    string? UserName, string? Password, string? Totp, string? RecoveryCode, string? Device, bool? Cookie,
    string? RefreshToken, string? ClientId, string? ClientSecret)
{
    /// <summary>Says nothing: it is full of secrets.</summary>
    public override string ToString() => nameof(TokenRequest);
}

internal sealed record CodesRequest(string? Totp, string? RecoveryCode)
{
    public Codes ToCodes() => new(Totp, RecoveryCode);
}

internal sealed record RevokeRequest(string? RefreshToken);

internal sealed record KeysAnswer(PublicKey[] Keys);

internal sealed record GuestRequest(bool? Cookie);

/// <param name="TotpRequired">An operator has no authenticator yet, and is a user until then.</param>
internal sealed record TokenAnswer(
    string AccessToken, string TokenType, int ExpiresIn, string? RefreshToken = null, int? RefreshExpiresIn = null,
    string? Session = null, string? User = null, string? DisplayName = null, string[]? Roles = null,
    bool? TotpRequired = null);

/// <summary>What gives tokens and takes them back; docs/protocol.md, "Tokens".</summary>
internal static class TokensApi
{
    private const string CookieName = "engage-refresh";
    private const string CookiePath = "/v1/tokens";
    private static readonly TimeSpan GuestLifetime = TimeSpan.FromDays(1);

    public static void MapTokens(this WebApplication app)
    {
        var open = app.MapGroup("/v1").WithTags("Identity");
        open.MapPost("/tokens", IssueAsync).SurvivesSilos().Produces<TokenAnswer>();
        open.MapPost("/tokens/revoke", RevokeAsync);
        open.MapPost("/guests", WelcomeGuest).Produces<TokenAnswer>();
        open.MapPost("/tokens/step-up", StepUpAsync).Produces<TokenAnswer>();
        app.MapGet("/.well-known/jwks.json", ListKeys).WithTags("Identity");
    }

    private static Task<IResult> IssueAsync(
        TokenRequest request, HttpContext context, SignInDesk desk, TokenDesk answers, AddressLimit limit,
        KnownDevices devices) =>
        request switch
        {
            { ClientId: { } id, ClientSecret: { } secret } =>
                Task.FromResult(IssueForService(id, secret, context, limit, answers)),
            { UserName: { } userName, Password: { } password } =>
                SignInAsync(request, userName, password, context, desk, answers, limit, devices),
            { RefreshToken: { } token } => RefreshAsync(token, false, context, desk, answers),
            { Cookie: true } =>
                RefreshAsync(context.Request.Cookies[CookieName] ?? "", true, context, desk, answers),
            _ => Task.FromResult(Problem.InvalidRequest(
                "Expected 'userName' and 'password', or 'refreshToken', or 'clientId' and 'clientSecret'.")
                .ToResult()),
        };

    private static async Task<IResult> SignInAsync(
        TokenRequest request, string userName, string password, HttpContext context, SignInDesk desk,
        TokenDesk answers, AddressLimit limit, KnownDevices devices)
    {
        var errors = new FieldErrors().Add("device", AccountRules.CheckDevice(request.Device));
        if (errors.ToResult("The sign-in") is { } wrong) return wrong;

        var shown = devices.Read(context.Request.Cookies[KnownDevices.CookieName]);
        var known = userName.Length > AccountRules.MailLengthMax ? null : await desk.RecognizeAsync(userName, shown);
        if (known is null) limit.Count(context);
        else limit.Count(known);
        if (userName.Length > AccountRules.MailLengthMax || AccountRules.CheckPassword(password) is not null)
            return Wrong();

        var (reply, token) = await desk.SignInAsync(
            userName, password, new(request.Totp, request.RecoveryCode), request.Device,
            context.Connection.RemoteIpAddress, known);
        if (reply.IsDone && request.Cookie == true && known is null)
            context.Response.Cookies.Append(
                KnownDevices.CookieName, devices.Write(KnownDevices.New(reply.Account!.User)),
                Options(context, KnownDevices.Lifetime));
        return reply.Outcome switch
        {
            AccountOutcome.WrongPassword => Wrong(),
            AccountOutcome.WrongCode => Problem.Named(
                "wrong-code", "Wrong code", StatusCodes.Status401Unauthorized,
                "The code is wrong, used or too old.").ToResult(),
            AccountOutcome.CodeRequired => Problem.Named(
                "totp-required", "Code needed", StatusCodes.Status401Unauthorized,
                "The password is right; send it again with 'totp' or 'recoveryCode'.").ToResult(),
            _ => reply.ToResult(done => Give(
                answers.AnswerForUser(done.Account!, done.Session!, token!), request.Cookie == true, context)),
        };
    }

    private static async Task<IResult> RefreshAsync(
        string text, bool cookie, HttpContext context, SignInDesk desk, TokenDesk answers)
    {
        if (answers.ReadGuest(text) is { } guest) return Give(answers.AnswerForGuest(guest), cookie, context);

        if (answers.ReadRefresh(text) is not { } spent) return Over(cookie, context);

        var (reply, token) = await desk.RefreshAsync(spent);
        return reply.IsDone
            ? Give(answers.AnswerForUser(reply.Account!, reply.Session!, token!), cookie, context)
            : Over(cookie, context);
    }

    private static IResult IssueForService(
        string clientId, string clientSecret, HttpContext context, AddressLimit limit, TokenDesk answers)
    {
        if (answers.AnswerForService(clientId, clientSecret) is { } answer) return TypedResults.Ok(answer);

        // Only a wrong one counts: a back end may ask as often as it likes.
        limit.Count(context);
        return Problem.Unauthenticated("Client id or secret is wrong.").ToResult();
    }

    private static async Task<IResult> StepUpAsync(
        CodesRequest request, ClaimsPrincipal caller, IGrainFactory grains, TokenIssuer issuer)
    {
        if (caller.Session() is not { } session)
            return Problem.Forbidden("This token has no session; sign in with a password.").ToResult();

        var reply = await grains.AccountOf(caller).StepUpAsync(session, request.ToCodes());
        return reply.ToResult(done =>
            TypedResults.Ok(TokenDesk.Answer(issuer.IssueForUser(done.Account!, done.Session!))));
    }

    private static async Task<IResult> RevokeAsync(
        RevokeRequest request, HttpContext context, IGrainFactory grains, TokenDesk answers)
    {
        var text = request.RefreshToken ?? context.Request.Cookies[CookieName] ?? "";
        if (answers.ReadRefresh(text) is { } token)
            await grains.GetGrain<IAccountGrain>(token.User.Value)
                .EndSessionAsync(token.Session, RevocationReasons.SignedOut);
        TakeCookieBack(context);
        return TypedResults.NoContent();
    }

    private static Ok<TokenAnswer> WelcomeGuest(
        GuestRequest request, HttpContext context, TokenDesk answers, TimeProvider time) =>
        Give(
            answers.AnswerForGuest(RefreshTokens.NewGuest(time.GetUtcNow() + GuestLifetime)), request.Cookie == true,
            context);

    private static Ok<KeysAnswer> ListKeys(KeyRing ring, HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=300";
        return TypedResults.Ok(new KeysAnswer([.. ring.All.Select(key => key.ToPublic())]));
    }

    private static Ok<TokenAnswer> Give(TokenAnswer answer, bool cookie, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!cookie) return TypedResults.Ok(answer);

        context.Response.Cookies.Append(CookieName, answer.RefreshToken!, Options(
            context, TimeSpan.FromSeconds(answer.RefreshExpiresIn!.Value)));
        return TypedResults.Ok(answer with { RefreshToken = null });
    }

    private static IResult Wrong() => Problem.Unauthenticated("User name or password is wrong.").ToResult();

    private static IResult Over(bool cookie, HttpContext context)
    {
        if (cookie) TakeCookieBack(context);
        return Problem.Unauthenticated("The session has ended; sign in again.").ToResult();
    }

    public static void TakeCookieBack(HttpContext context) =>
        context.Response.Cookies.Delete(CookieName, Options(context, null));

    private static CookieOptions Options(HttpContext context, TimeSpan? life) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Path = CookiePath,
        Secure = context.Request.IsHttps,
        MaxAge = life,
        IsEssential = true,
    };
}
