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
            subscription.Id, subscription.Offer, subscription.Title, CommerceNames.Of(subscription.State),
            subscription.Price, CommerceNames.Of(subscription.Interval), subscription.StartedAt,
            subscription.PeriodStart, subscription.PeriodEnd, subscription.Period, subscription.CancelAtPeriodEnd,
            CommerceNames.Of(subscription.Method),
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
    public static CouponAnswerBody Of(CouponView view) => Of(view.Coupon, view.Left);

    public static CouponAnswerBody Of(Coupon coupon, long? left) => new(
        coupon.Code, coupon.Seller.Creator, coupon.Seller.Community, coupon.Percent, coupon.Amount, coupon.Offers,
        coupon.Uses, left, coupon.PerUser, coupon.From, coupon.Until, coupon.Withdrawn, coupon.CreatedAt);
}

internal sealed record GiftAnswer(
    string Code, OrderId Order, OfferId Offer, LocalizedText Title, string State, UserId From, string? To,
    string? Message, DateTimeOffset CreatedAt, DateTimeOffset? ClaimedAt, bool? Only)
{
    public static GiftAnswer Of(Gift gift) => new(
        gift.Code, gift.Order, gift.Offer, gift.Title, CommerceNames.Of(gift.State), gift.From, gift.To, gift.Message,
        gift.CreatedAt, gift.ClaimedAt, gift.Addressee is null ? null : true);
}
