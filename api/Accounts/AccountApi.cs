using System.Security.Claims;
using Engage.Api.Actors;
using Engage.Api.Privacy;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Accounts;
using Engage.Contracts.Creators;
using Engage.Contracts.Privacy;

namespace Engage.Api.Accounts;

internal sealed record RegisterRequest(
    string? UserName, string? Password, string? DisplayName, string? Mail, string? Language,
    ConsentRequest? Consent = null);

internal sealed record AccountAnswer(string User, string UserName, string DisplayName);

internal sealed record ProfileRequest(string? DisplayName, string? Language);

internal sealed record ProfileAnswer(
    string User, string UserName, string DisplayName, string Language, string[] Roles, string? Mail,
    string? PendingMail, bool Totp, DateTimeOffset CreatedAt, string[] Creators, string[] Communities);

internal sealed record PasswordRequest(string? Current, string? Password);

/// <summary>Registration, and what people see and change of their own account.</summary>
internal static class AccountApi
{
    public static void MapAccounts(this WebApplication app)
    {
        app.MapPost("/v1/users", RegisterAsync).WithTags("Identity");
        var me = app.MapGroup("/v1/users/me").WithTags("Identity");
        me.MapGet("", GetAsync).SurvivesSilos();
        me.MapPatch("", UpdateAsync);
        me.MapPut("/password", ChangePasswordAsync);
        app.MapTokens();
        app.MapSessions();
        app.MapMail();
        app.MapTotp();
        app.MapOperators();
    }

    public static IAccountGrain AccountOf(this IGrainFactory grains, ClaimsPrincipal caller) =>
        grains.GetGrain<IAccountGrain>(caller.UserId()!.Value.Value);

    private static async Task<IResult> RegisterAsync(
        RegisterRequest request, HttpContext context, AddressLimit limit, IGrainFactory grains, BlindIndex index,
        TimeProvider time)
    {
        if (Check(request) is { } wrong) return wrong;

        limit.Count(context);
        var name = index.OfName(request.UserName!);
        var mail = request.Mail is { } address ? new MailAddressClaim(address, index.OfMail(address)) : null;
        var registration = new Registration(
            request.UserName!, name, request.DisplayName!.Trim(), request.Password!, mail,
            request.Language ?? AccountRules.LanguageDefault);
        var id = new UserId($"u-{Guid.CreateVersion7(time.GetUtcNow()):n}");
        return await OpenAsync(id, registration, ConsentRequest.AtRegistration(request.Consent), grains) is { } made
            ? TypedResults.Created(
                "/v1/users/me", new AccountAnswer(made.Value, registration.UserName, registration.DisplayName))
            : Problem.Conflict("User name", request.UserName!, "is taken; choose another or sign in").ToResult();
    }

    /// <returns>Null: the name is taken.</returns>
    private static async Task<UserId?> OpenAsync(
        UserId fresh, Registration registration, ConsentDecision consent, IGrainFactory grains)
    {
        if (AccountRules.IsReserved(registration.UserName)) return null;

        // Nothing is kept of somebody who is turned away.
        var name = grains.GetGrain<ISignInGrain>(registration.NameIndex);
        if (await name.FindAsync() is { } owner && await grains.GetGrain<IAccountGrain>(owner.Value).ExistsAsync())
            return null;

        // Before there is an account: there never is one of which it is not known.
        await grains.GetGrain<IConsentGrain>(fresh.Value).DecideAsync(consent);
        var made = await name.RegisterAsync(fresh, registration);
        // An id that an earlier try left behind: what she said this time counts.
        if (made is { } taken && taken != fresh) await grains.GetGrain<IConsentGrain>(taken.Value).DecideAsync(consent);
        return made;
    }

    private static async Task<IResult> GetAsync(ClaimsPrincipal caller, IGrainFactory grains) =>
        await AnswerAsync(await grains.AccountOf(caller).GetAsync(), caller, grains);

    private static async Task<IResult> UpdateAsync(
        ProfileRequest request, ClaimsPrincipal caller, IGrainFactory grains)
    {
        var errors = new FieldErrors().Add("language", AccountRules.CheckLanguage(request.Language));
        if (request.DisplayName is { } name) errors.Add("displayName", AccountRules.CheckDisplayName(name, caller.IsInRole(Roles.Operator)));
        return errors.ToResult("The change")
            ?? await AnswerAsync(
                await grains.AccountOf(caller).UpdateAsync(
                    request.DisplayName is { } given ? SecretText.From(given.Trim()) : (SecretText?)null,
                    request.Language),
                caller, grains);
    }

    private static async Task<IResult> ChangePasswordAsync(
        PasswordRequest request, ClaimsPrincipal caller, IGrainFactory grains) =>
        new FieldErrors()
            .Add("current", request.Current is null ? "expected the password of now" : null)
            .Add("password", AccountRules.CheckPassword(request.Password))
            .ToResult("The change")
        ?? (await grains.AccountOf(caller).ChangePasswordAsync(request.Current!, request.Password!, caller.Session()))
            .ToResult(AccountAnswers.NoContent);

    private static IResult? Check(RegisterRequest request)
    {
        var errors = new FieldErrors()
            .Add("userName", AccountRules.CheckUserName(request.UserName))
            .Add("password", AccountRules.CheckPassword(request.Password))
            .Add("displayName", AccountRules.CheckDisplayName(request.DisplayName))
            .Add("language", AccountRules.CheckLanguage(request.Language));
        if (request.Mail is { } mail) errors.Add("mail", AccountRules.CheckMail(mail));
        return errors.ToResult("The registration");
    }

    private static async Task<IResult> AnswerAsync(Account? account, ClaimsPrincipal caller, IGrainFactory grains)
    {
        if (account is null)
            return Problem.NotFound("Account", caller.UserId()?.Value ?? "", "register with POST /v1/users").ToResult();

        var owned = await grains.GetGrain<IOwnershipsGrain>(account.User.Value).GetAsync();
        return TypedResults.Ok(new ProfileAnswer(
            account.User.Value, account.UserName, account.DisplayName, account.Language,
            [.. caller.FindAll(TokenIssuer.RoleClaim).Select(role => role.Value)], account.Mail, account.PendingMail,
            account.Totp, account.CreatedAt, Array.ConvertAll(owned.Creators, creator => creator.Value),
            Array.ConvertAll(owned.Communities, community => community.Value)));
    }
}
