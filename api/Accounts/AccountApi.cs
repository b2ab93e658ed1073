using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts.Accounts;
using Microsoft.Extensions.Options;

namespace Engage.Api.Accounts;

internal sealed record RegisterRequest(string? UserName, string? Password, string? DisplayName);

internal sealed record TokenRequest(string? UserName, string? Password, string? ClientId, string? ClientSecret);

internal sealed record TokenAnswer(
    string AccessToken, string TokenType, int ExpiresIn, string? User, string? DisplayName);

internal sealed record AccountAnswer(string User, string UserName, string DisplayName);

internal static class AccountApi
{
    public static void MapAccounts(this WebApplication app)
    {
        var open = app.MapGroup("/v1").WithTags("Identity");
        open.MapPost("/users", RegisterAsync);
        open.MapPost("/tokens", IssueTokenAsync).SurvivesSilos();
        app.MapGet("/v1/users/me", GetMeAsync).WithTags("Identity").SurvivesSilos();
    }

    private static async Task<IResult> RegisterAsync(RegisterRequest request, IGrainFactory grains)
    {
        if (Check(request) is { Count: > 0 } errors)
            return Problem.InvalidRequest("The registration is not valid; see 'errors'.", errors).ToResult();

        var account = await grains.GetGrain<IAccountGrain>(request.UserName!)
            .RegisterAsync(request.Password!, request.DisplayName!.Trim());
        return account is null
            ? Problem.Conflict("User name", request.UserName!, "is taken; choose another or sign in").ToResult()
            : TypedResults.Created("/v1/users/me", ToAnswer(account));
    }

    private static Task<IResult> IssueTokenAsync(
        TokenRequest request, IGrainFactory grains, TokenIssuer issuer, IOptions<AuthOptions> options) => request switch
        {
            { ClientId: { } id, ClientSecret: { } secret } =>
                Task.FromResult(IssueForService(id, secret, issuer, options.Value)),
            { UserName: { } userName, Password: { } password } => IssueForUserAsync(userName, password, grains, issuer),
            _ => Task.FromResult(Problem.InvalidRequest(
                "Expected 'userName' and 'password', or 'clientId' and 'clientSecret'.").ToResult()),
        };

    private static async Task<IResult> IssueForUserAsync(
        string userName, string password, IGrainFactory grains, TokenIssuer issuer)
    {
        var wellFormed = AccountRules.CheckUserName(userName) is null && AccountRules.CheckPassword(password) is null;
        var account = wellFormed ? await grains.GetGrain<IAccountGrain>(userName).VerifyAsync(password) : null;
        return account is null
            ? Problem.Unauthenticated("User name or password is wrong.").ToResult()
            : TypedResults.Ok(
                Answer(issuer.IssueForUser(account.User, account.UserName, account.DisplayName), account));
    }

    private static IResult IssueForService(
        string clientId, string clientSecret, TokenIssuer issuer, AuthOptions options)
    {
        const int SecretLengthMin = 32;
        var right = options.ServiceClientSecret.Length >= SecretLengthMin
            && Same(clientId, options.ServiceClientId) & Same(clientSecret, options.ServiceClientSecret);
        return right
            ? TypedResults.Ok(Answer(issuer.IssueForService(clientId), null))
            : Problem.Unauthenticated("Client id or secret is wrong.").ToResult();
    }

    private static async Task<IResult> GetMeAsync(ClaimsPrincipal caller, IGrainFactory grains)
    {
        var userName = caller.FindFirstValue("preferred_username") ?? "";
        var account = await grains.GetGrain<IAccountGrain>(userName).GetAsync();
        return account is null
            ? Problem.NotFound("Account", userName, "register with POST /v1/users").ToResult()
            : TypedResults.Ok(ToAnswer(account));
    }

    private static Dictionary<string, string[]> Check(RegisterRequest request)
    {
        var errors = new Dictionary<string, string[]>();
        Add("userName", AccountRules.CheckUserName(request.UserName));
        Add("password", AccountRules.CheckPassword(request.Password));
        Add("displayName", AccountRules.CheckDisplayName(request.DisplayName));
        return errors;

        void Add(string field, string? error)
        {
            if (error is not null) errors[field] = [error];
        }
    }

    private static TokenAnswer Answer(string token, Account? account) =>
        new(token, "Bearer", (int)TokenIssuer.Lifetime.TotalSeconds, account?.User.Value, account?.DisplayName);

    private static AccountAnswer ToAnswer(Account account) =>
        new(account.User.Value, account.UserName, account.DisplayName);

    private static bool Same(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(a)), SHA256.HashData(Encoding.UTF8.GetBytes(b)));
}
