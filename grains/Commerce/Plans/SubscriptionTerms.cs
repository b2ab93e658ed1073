using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Orders;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// The first order of a subscription: one at a time per offer, a trial once per person and offer. What it opens is
/// the subscription's to give, since it lasts as long as that is paid.
/// </summary>
internal sealed class SubscriptionTerms(IBooks books, PaymentMeansBook means) : IOrderTerms
{
    /// <summary>Unit of what can be used a counted number of times.</summary>
    public const string UseUnit = "use";

    public int Rank => 110;

    public async ValueTask<CommerceRefusal?> ApplyAsync(OrderShape shape, CancellationToken cancellationToken)
    {
        if (shape.Offer.Kind is not (OfferKind.Subscription or OfferKind.Tier)) return null;
        if (shape.Request.Quantity != 1)
            return new("invalid-request", $"quantity: {shape.Request.Quantity}, a subscription is ordered once.");
        if (shape.Request.Gift is not null)
            return new("invalid-request", "gift: a subscription cannot be given; give something that is bought once.");
        if (!shape.IsPreview && shape.Request.Pay is { Method: PaymentMethod.Card, Token: null })
            return new("invalid-request", "pay.token: a card needs one, also where nothing is charged yet.");
        if (await SubscriptionDocuments.LiveAsync(books, shape.Buyer, shape.Offer.Id, cancellationToken) is { } live)
            return new(
                "subscription-state",
                $"Subscription '{live.Id}' of offer '{shape.Offer.Id}' runs until {live.PeriodEnd:O}; resume it with "
                + $"POST /v1/subscriptions/{live.Id}/resume instead of ordering another.");

        var id = Subscription.IdOf(shape.Id);
        shape.Subject = Subscription.SubjectOf(id);
        foreach (var line in shape.Lines) line.Grants = [];
        if (shape.Offer.TrialDays > 0 && !await HadTrialAsync(shape, cancellationToken)) Try(shape);
        shape.Next = NextOf(shape);
        shape.Keeping.Add(_ => means.KeepAsync(id, shape.Buyer, shape.Request.Pay, shape.Now));
        return null;
    }

    /// <summary>Whether this paid first order was for a trial.</summary>
    public static bool IsTrial(Order order) => order.Extras.Any(extra => extra.Account == TrialOf(order));

    /// <summary>As <see cref="SubscriptionCourse.Begin"/> will have it.</summary>
    private static NextCharge NextOf(OrderShape shape)
    {
        var interval = shape.Offer.Interval ?? BillingInterval.Month;
        var at = shape.TrialDays > 0
            ? shape.Now.AddDays(shape.TrialDays)
            : BillingPeriods.StartOf(shape.Now, interval, 2);
        return new(new(shape.Lines[0].Price, shape.Currency), at, interval);
    }

    private static void Try(OrderShape shape)
    {
        shape.TrialDays = shape.Offer.TrialDays;
        shape.TakeOff(shape.Total);
        // The floor lets one use pass, whoever races: the second entry is refused.
        shape.Extras.Add(new(AccountOf(shape.Buyer, shape.Offer.Id), UseUnit, -1, -1));
        shape.Extras.Add(new(UsesOf(shape.Offer.Id), UseUnit, 1));
    }

    private async ValueTask<bool> HadTrialAsync(OrderShape shape, CancellationToken cancellationToken) =>
        await books.BalanceAsync(AccountOf(shape.Buyer, shape.Offer.Id), UseUnit, null, cancellationToken) < 0;

    private static string? TrialOf(Order order) => order.Offer is { } offer ? AccountOf(order.Buyer, offer) : null;

    private static string AccountOf(UserId buyer, OfferId offer) => $"trial:{buyer.Value}:{offer.Value}";

    private static string UsesOf(OfferId offer) => $"trials:{offer.Value}";
}
