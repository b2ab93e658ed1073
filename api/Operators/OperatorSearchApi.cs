using System.Security.Claims;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Accounts;
using Engage.Contracts.Auditing;

namespace Engage.Api.Operators;

internal sealed record UserAnswer(
    UserId User, string UserName, string DisplayName, string? Mail, string Language, string[] Roles, bool Totp,
    DateTimeOffset CreatedAt, string FoundBy)
{
    public static UserAnswer From(Account account, string foundBy) => new(
        account.User, account.UserName, account.DisplayName, account.Mail, account.Language,
        account.IsOperator ? [Accounts.Roles.User, Accounts.Roles.Operator] : [Accounts.Roles.User], account.Totp,
        account.CreatedAt, foundBy);
}

internal sealed record UsersAnswer(UserAnswer[] Items);

internal sealed record AuditAnswer(AuditRecord[] Items, long? Cursor);

/// <summary>What operators see of people, and who looked; docs/protocol.md, "Operators".</summary>
internal static class OperatorSearchApi
{
    private const string SearchAction = "user-search";
    private const int LimitDefault = 50;

    public static void AddOperatorSearch(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AuditTrail>();
        builder.Services.AddSingleton<UserSearch>();
    }

    public static void MapOperatorSearch(this WebApplication app)
    {
        var group = app.MapGroup("/v1/operator").WithTags("Operators").SurvivesSilos();
        group.MapGet("/users", SearchAsync).Produces<UsersAnswer>();
        group.MapGet("/audit", ListAsync).Produces<AuditAnswer>();
    }

    private static async Task<IResult> SearchAsync(
        ClaimsPrincipal caller, IGrainFactory grains, UserSearch search, AuditTrail trail,
        CancellationToken cancellationToken, string? query = null, string? reason = null)
    {
        var text = query?.Trim() ?? "";
        if (text.Length is 0 or > AccountRules.MailLengthMax)
            return Problem.InvalidRequest(
                $"query: expected a user id, a user name or a mail address, at most {AccountRules.MailLengthMax} "
                + "characters.").ToResult();
        if (reason?.Trim() is not { Length: > 0 and <= IAuditGrain.ReasonLengthMax } why)
            return Problem.InvalidRequest(
                $"reason: expected why you look, 1 to {IAuditGrain.ReasonLengthMax} characters; it is recorded.")
                .ToResult();

        var found = await search.FindAsync(text);
        if (found.Count == 0) await trail.RecordAsync(caller, SearchAction, null, why, cancellationToken);
        var items = new List<UserAnswer>(found.Count);
        foreach (var one in found)
        {
            await trail.RecordAsync(caller, SearchAction, one, why, cancellationToken);
            if (await grains.GetGrain<IAccountGrain>(one.User.Value).GetAsync() is { } account)
                items.Add(UserAnswer.From(account, one.How));
        }
        return TypedResults.Ok(new UsersAnswer([.. items]));
    }

    private static async Task<IResult> ListAsync(
        IGrainFactory grains, string? by = null, string? user = null, long? cursor = null, int? limit = null)
    {
        if (limit is < 1 or > IAuditGrain.LimitMax)
            return Problem.InvalidRequest($"limit: {limit}, expected 1 to {IAuditGrain.LimitMax}.").ToResult();
        if (cursor is < 0)
            return Problem.InvalidRequest($"cursor: {cursor}, expected what the page before answered.").ToResult();
        if (by is not null && user is not null)
            return Problem.InvalidRequest("Expected 'by' or 'user', found both.").ToResult();
        if ((by ?? user) is { } id && !IdText.IsValid(id))
            return Problem.InvalidRequest("by, user: expected a user id such as POST /v1/users answers.").ToResult();

        var page = await grains.GetGrain<IAuditGrain>(IAuditGrain.Key).ListAsync(new(
            by is null ? null : new UserId(by), user is null ? null : new UserId(user), cursor ?? 0,
            limit ?? LimitDefault));
        return TypedResults.Ok(new AuditAnswer(page.Items, page.Cursor));
    }
}
