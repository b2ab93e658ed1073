using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Recommending;
using Microsoft.AspNetCore.Mvc;

namespace Engage.Api.Recommendations;

internal static class RecommendationsApi
{
    public static void MapRecommendations(this WebApplication app)
    {
        var group = app.MapGroup("/v1").WithTags("Recommendations").SurvivesSilos();
        group.MapGet("/recommendations", GetAsync).Produces<Feed>();
        group.MapGet("/outlook", GetOutlookAsync).Produces<UserOutlook>();
        group.MapGet("/contents/{id}/similar", GetSimilarAsync).Produces<SimilarContents>();
    }

    private static async Task<IResult> GetAsync(
        ClaimsPrincipal caller, IGrainFactory grains, CancellationToken cancellationToken,
        int? limit = null, string? after = null, string? user = null, bool? explore = null, string? region = null,
        long? priceMax = null, string? currency = null)
    {
        if (CheckLimit(limit) is { } wrong) return wrong.ToResult();
        JournalPosition? position = null;
        if (after is not null)
        {
            if (!JournalPosition.TryParse(after, out var parsed))
                return Problem.InvalidRequest($"after: '{after}' is not a position such as '3:1842'.").ToResult();
            position = parsed;
        }

        if (FilterOf(region, priceMax, currency) is var (filter, bad) && bad is not null) return bad.ToResult();
        var (subject, problem) = SubjectOf(caller, user);
        if (problem is not null) return problem.ToResult();

        // A user looks at what she asks for. A service may as well measure; it says when somebody looks.
        var request = new FeedRequest(limit ?? FeedRequest.LimitDefault, position)
        {
            Explore = explore ?? !caller.IsService(),
            Filter = filter,
        };
        return TypedResults.Ok(
            await grains.GetGrain<IUserGrain>(subject.Value).GetFeedAsync(request, cancellationToken));
    }

    /// <summary>What the model expects of a user: her own business, and that of the platform's back ends.</summary>
    private static async Task<IResult> GetOutlookAsync(
        ClaimsPrincipal caller, IGrainFactory grains, string? user = null)
    {
        var (subject, problem) = SubjectOf(caller, user);
        return problem?.ToResult()
            ?? TypedResults.Ok(await grains.GetGrain<IUserGrain>(subject.Value).GetOutlookAsync());
    }

    private static async Task<IResult> GetSimilarAsync(string id, IGrainFactory grains, int? limit = null)
    {
        if (CheckLimit(limit) is { } wrong) return wrong.ToResult();

        var similar = IdText.IsValid(id)
            ? await grains.GetGrain<IContentGrain>(id).GetSimilarAsync(limit ?? FeedRequest.LimitDefault)
            : null;
        return similar is null
            ? Problem.NotFound("Content", id, "list contents with GET /v1/contents").ToResult()
            : TypedResults.Ok(similar);
    }

    internal static ProblemDetails? CheckLimit(int? limit) =>
        limit is null or (>= 1 and <= FeedRequest.LimitMax)
            ? null
            : Problem.InvalidRequest($"limit: {limit}, expected 1 to {FeedRequest.LimitMax}.");

    private static (FeedFilter? Filter, ProblemDetails? Problem) FilterOf(
        string? region, long? priceMax, string? currency)
    {
        if (region is null && priceMax is null && currency is null) return (null, null);
        if (priceMax is null != currency is null)
            return (null, Problem.InvalidRequest("priceMax: an amount needs its currency and a currency its amount."));

        var filter = new FeedFilter(region, priceMax is { } amount ? new Money(amount, currency!) : null);
        return filter.Check() is { } wrong ? (null, Problem.InvalidRequest(wrong)) : (filter, null);
    }

    /// <summary>A user is her own subject, and the table lets her name nobody else; a service names one.</summary>
    private static (UserId Subject, ProblemDetails? Problem) SubjectOf(ClaimsPrincipal caller, string? user) =>
        caller.UserId() is { } self ? (self, null)
        : IdText.IsValid(user) ? (new UserId(user), null)
        : (default, Problem.InvalidRequest("user: a service names the user whose recommendations it asks for."));
}
