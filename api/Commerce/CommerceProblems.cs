using Engage.Api.Problems;
using Engage.Contracts.Commerce;
using Microsoft.AspNetCore.Mvc;

namespace Engage.Api.Commerce;

/// <summary>What commerce refuses, as problem documents (docs/protocol.md, "Errors").</summary>
internal static class CommerceProblems
{
    private static readonly Dictionary<string, (string Title, int Status)> Known = new(StringComparer.Ordinal)
    {
        ["invalid-request"] = ("The request is not valid", StatusCodes.Status400BadRequest),
        ["payment-required"] = ("Not paid", StatusCodes.Status402PaymentRequired),
        ["forbidden"] = ("Not allowed", StatusCodes.Status403Forbidden),
        ["not-found"] = ("Not found", StatusCodes.Status404NotFound),
        ["not-ready"] = ("Not known yet", StatusCodes.Status503ServiceUnavailable),
        ["conflict"] = ("Already there", StatusCodes.Status409Conflict),
        ["order-state"] = ("Not in this state", StatusCodes.Status409Conflict),
        ["subscription-state"] = ("Not in this state", StatusCodes.Status409Conflict),
        ["quote-state"] = ("Not in this state", StatusCodes.Status409Conflict),
        ["gift-claimed"] = ("Not to be had", StatusCodes.Status409Conflict),
        ["already-owned"] = ("Bought already", StatusCodes.Status409Conflict),
        ["price-changed"] = ("The price is another now", StatusCodes.Status409Conflict),
        ["balance"] = ("Not enough", StatusCodes.Status409Conflict),
        ["no-credits"] = ("No credits left", StatusCodes.Status402PaymentRequired),
        ["idempotency-mismatch"] = ("The key was used for another request", StatusCodes.Status422UnprocessableEntity),
        ["not-for-sale"] = ("Not for sale", StatusCodes.Status422UnprocessableEntity),
        ["mismatch"] = ("The references do not belong together", StatusCodes.Status422UnprocessableEntity),
    };

    public static ProblemDetails Of(CommerceRefusal refusal)
    {
        // What a plan refuses for a reason of its own (a coupon, a trial) is a request that cannot be processed.
        var (title, status) = Known.GetValueOrDefault(
            refusal.Problem, ("Not possible", StatusCodes.Status422UnprocessableEntity));
        var problem = Problem.Named(refusal.Problem, title, status, refusal.Detail);
        if (refusal.Expected is { } expected) problem.Extensions["expected"] = expected;
        if (refusal.Actual is { } actual) problem.Extensions["actual"] = actual;
        return problem;
    }

    public static IResult ToResult(this CommerceRefusal refusal) => Of(refusal).ToResult();

    public static ProblemDetails PaymentRequired(string resource, OfferId[] offers)
    {
        var problem = Problem.Named(
            "payment-required", "Not paid", StatusCodes.Status402PaymentRequired,
            $"'{resource}' is for those who bought it; 'offers' says what opens it, POST /v1/orders buys it.");
        problem.Extensions["offers"] = Array.ConvertAll(offers, offer => offer.Value);
        return problem;
    }
}
