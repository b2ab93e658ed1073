using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;

namespace Engage.Api.Commerce.Plans;

internal sealed record PriceChangeAnswer(Money Price, DateTimeOffset From);

internal sealed record SubscriptionAnswer(
    string Id, OfferId Offer, LocalizedText Title, string State, Money Price, string Interval,
    DateTimeOffset StartedAt, DateTimeOffset PeriodStart, DateTimeOffset PeriodEnd, int Period,
    bool CancelAtPeriodEnd, string Payment, DateTimeOffset? TrialEndsAt, DateTimeOffset? NextAttemptAt, int? Attempts,
    DateTimeOffset? GraceUntil, DateTimeOffset? EndedAt, OrderId LastOrder, PriceChangeAnswer? PriceChange)
{
    public static SubscriptionAnswer From(Subscription subscription)
    {
        var pastDue = subscription.State == SubscriptionState.PastDue;
        return new(
            subscription.Id, subscription.Offer, subscription.Title, WireNames.Of(subscription.State),
            subscription.Price, WireNames.Of(subscription.Interval), subscription.StartedAt, subscription.PeriodStart,
            subscription.PeriodEnd, subscription.Period, subscription.CancelAtPeriodEnd,
            WireNames.Of(subscription.Method),
            subscription.State == SubscriptionState.Trialing ? subscription.PeriodEnd : null,
            subscription.NextAttemptAt, pastDue ? subscription.Attempts : null,
            pastDue ? subscription.GraceUntil : null, subscription.EndedAt, subscription.LastOrder,
            subscription.PriceChange is { } told ? new(told.Price, told.From) : null);
    }
}

internal sealed record CouponAnswerBody(
    string Code, CreatorId? Creator, CommunityId? Community, int? Percent, Money? Amount, OfferId[] Offers, long? Uses,
    long? Left, int PerUser, DateTimeOffset? From, DateTimeOffset? Until, bool Withdrawn, DateTimeOffset CreatedAt)
{
    public static CouponAnswerBody From(CouponView view) => From(view.Coupon, view.Left);

    public static CouponAnswerBody From(Coupon coupon, long? left) => new(
        coupon.Code, coupon.Seller.Creator, coupon.Seller.Community, coupon.Percent, coupon.Amount, coupon.Offers,
        coupon.Uses, left, coupon.PerUser, coupon.From, coupon.Until, coupon.Withdrawn, coupon.CreatedAt);
}

internal sealed record GiftAnswer(
    string Code, OrderId Order, OfferId Offer, LocalizedText Title, string State, UserId From, string? To,
    string? Message, DateTimeOffset CreatedAt, DateTimeOffset? ClaimedAt)
{
    public static GiftAnswer From(Gift gift) => new(
        gift.Code, gift.Order, gift.Offer, gift.Title, WireNames.Of(gift.State), gift.From, gift.To, gift.Message,
        gift.CreatedAt, gift.ClaimedAt);
}

/// <summary>How names of enums read on the wire: in camel case.</summary>
internal static class WireNames
{
    public static string Of<T>(T value) where T : struct, Enum =>
        System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}

/// <summary>What a refusal of commerce is over HTTP.</summary>
internal static class Refusals
{
    public static IResult ToResult(this CommerceRefusal refusal) => refusal.Problem switch
    {
        "invalid-request" => Problem.InvalidRequest(refusal.Detail).ToResult(),
        "forbidden" => Problem.Forbidden(refusal.Detail).ToResult(),
        "not-found" => Of(refusal, "Not found", StatusCodes.Status404NotFound),
        "idempotency-mismatch" => Of(refusal, "Another request", StatusCodes.Status422UnprocessableEntity),
        "not-for-sale" => Of(refusal, "Not for sale", StatusCodes.Status422UnprocessableEntity),
        "no-credits" => Of(refusal, "No credits left", StatusCodes.Status402PaymentRequired),
        _ => Of(refusal, "Not possible now", StatusCodes.Status409Conflict),
    };

    private static IResult Of(CommerceRefusal refusal, string title, int status) =>
        Problem.Named(refusal.Problem, title, status, refusal.Detail).ToResult();
}
