using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;

namespace Engage.Grains.Commerce.Plans;

/// <summary>How a subscription goes on. Pure: who asks makes it durable.</summary>
internal static class SubscriptionCourse
{
    /// <summary>After the end of the period, when a refused charge is tried again.</summary>
    private static readonly TimeSpan[] Retries = [TimeSpan.FromDays(1), TimeSpan.FromDays(3), TimeSpan.FromDays(5)];

    /// <param name="offer">A subscription or tier.</param>
    /// <param name="order">The first one, paid.</param>
    /// <param name="means">How later periods are paid.</param>
    /// <param name="price">What a period costs from the second on; for a trial from the first on.</param>
    /// <param name="isTrial">Whether the order was for a trial.</param>
    public static Subscription Begin(Offer offer, Order order, PaymentMeans means, Money price, bool isTrial)
    {
        var at = order.PaidAt ?? order.CreatedAt;
        var anchor = isTrial ? at.AddDays(offer.TrialDays) : at;
        var interval = offer.Interval ?? BillingInterval.Month;
        return new()
        {
            Id = Subscription.IdOf(order.Id),
            Buyer = order.Buyer,
            Offer = offer.Id,
            Title = offer.Title,
            State = isTrial ? SubscriptionState.Trialing : SubscriptionState.Active,
            Price = price,
            Interval = interval,
            Seller = offer.Seller,
            Grants = offer.Grants,
            Benefits = offer.Benefits,
            Shares = offer.Shares ?? ShareTerms.Usual,
            Order = order.Id,
            LastOrder = order.Id,
            Anchor = anchor,
            StartedAt = at,
            Period = isTrial ? 0 : 1,
            PeriodStart = at,
            PeriodEnd = isTrial ? anchor : BillingPeriods.StartOf(anchor, interval, 2),
            Method = means.Method,
            Token = means.Token,
            // Nothing to charge later: a trial without means ends by itself.
            CancelAtPeriodEnd = means.Method == PaymentMethod.Free,
            IsTier = offer.Kind == OfferKind.Tier,
        };
    }

    /// <summary>What the next charge is, now.</summary>
    public static Money NextPrice(Subscription subscription, DateTimeOffset now) =>
        IsDue(subscription.PriceChange, now) ? subscription.PriceChange!.Price : subscription.Price;

    /// <summary>
    /// A further period was paid. It follows the one before, which was lent through the grace period; paid later than
    /// that, as after a long time in which nobody looked, it begins when it is paid: what was not served is not owed.
    /// </summary>
    public static Subscription Renew(Subscription subscription, Order order)
    {
        var period = subscription.Period + 1;
        var price = new Money(order.Total, order.Currency);
        var paidAt = order.PaidAt ?? order.CreatedAt;
        var (anchor, anchorPeriod) = paidAt < subscription.GraceUntil
            ? (subscription.Anchor, subscription.AnchorPeriod)
            : (paidAt, period);
        return subscription with
        {
            State = SubscriptionState.Active,
            Anchor = anchor,
            AnchorPeriod = anchorPeriod,
            Period = period,
            PeriodStart = BillingPeriods.StartOf(anchor, subscription.Interval, period - anchorPeriod + 1),
            PeriodEnd = BillingPeriods.StartOf(anchor, subscription.Interval, period - anchorPeriod + 2),
            Price = price,
            PriceChange = subscription.PriceChange?.Price == price ? null : subscription.PriceChange,
            Attempts = 0,
            NextAttemptAt = null,
            LastOrder = order.Id,
        };
    }

    /// <summary>A charge of the next period was refused for good.</summary>
    public static Subscription Refuse(Subscription subscription)
    {
        var attempts = subscription.Attempts + 1;
        return subscription with
        {
            State = SubscriptionState.PastDue,
            Attempts = attempts,
            NextAttemptAt = attempts <= Retries.Length ? subscription.PeriodEnd + Retries[attempts - 1] : null,
        };
    }

    public static Subscription End(Subscription subscription, DateTimeOffset at) => subscription with
    {
        State = SubscriptionState.Ended,
        EndedAt = at,
        NextAttemptAt = null,
        PriceChange = null,
        Token = null,
    };

    /// <returns>The subscription with the offer's newest price told, null if nothing about that is new.</returns>
    public static Subscription? Tell(Subscription subscription, Offer offer, DateTimeOffset now)
    {
        // The last of those announced: prices that nobody will ever be charged are not told.
        var newest = offer.Prices.Where(change => change.From > subscription.StartedAt).MaxBy(change => change.From);
        var told = newest is null || newest.Price.Currency != subscription.Price.Currency
            || newest.Price == subscription.Price
            ? null
            : new ToldPrice(newest.Price, newest.From, now);
        return told?.Price == subscription.PriceChange?.Price && told?.From == subscription.PriceChange?.From
            ? null
            : subscription with { PriceChange = told };
    }

    /// <summary>Whether a charge, or the end, is due.</summary>
    public static bool IsDue(Subscription subscription, DateTimeOffset now) => now >= DueAt(subscription);

    public static DateTimeOffset DueAt(Subscription subscription) => subscription.State == SubscriptionState.PastDue
        ? subscription.NextAttemptAt ?? subscription.GraceUntil
        : subscription.PeriodEnd;

    /// <summary>
    /// Whether it ends instead of being charged. However late it is looked at, one charge is tried before it ends.
    /// </summary>
    public static bool Ends(Subscription subscription, DateTimeOffset now) =>
        subscription.CancelAtPeriodEnd
        || (subscription.State == SubscriptionState.PastDue
            && (subscription.NextAttemptAt is null || now >= subscription.GraceUntil));

    private static bool IsDue(ToldPrice? told, DateTimeOffset now) =>
        told is not null && told.From <= now && now - told.ToldAt >= Subscription.PriceNotice;
}
