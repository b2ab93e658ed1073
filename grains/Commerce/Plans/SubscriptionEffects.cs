using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Orders;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// A subscription begins, and goes on by a period, in the entry that pays its order: there is no moment in which one
/// is paid and the other unknown.
/// </summary>
internal sealed class SubscriptionEffects(IBooks books, PaymentMeansBook means, IGrainFactory grains)
    : IOrderEffects
{
    public bool Concerns(Order order) => Subscription.IdIn(order.Subject) is not null;

    public async ValueTask<OrderWrites> PaidAsync(Order order, CancellationToken cancellationToken)
    {
        var id = Subscription.IdIn(order.Subject)!;
        var known = await books.FindAsync(SubscriptionDocuments.IdOf(id), cancellationToken);
        if (known is null) return await BeginAsync(order, id, cancellationToken);
        if (order.Kind != OrderKind.Renewal) return OrderWrites.None;

        var subscription = BookJson.Read<Subscription>(known);
        return subscription.IsLive
            ? await WriteAsync(SubscriptionCourse.Renew(subscription, order), known.Version, cancellationToken)
            // Whoever ended it while its renewal was on the way does not pay for another period.
            : OrderWrites.Refused("subscription-state", $"Subscription '{id}' ended before its renewal was paid.");
    }

    public async ValueTask<OrderWrites> RefundedAsync(
        Order order, Refund refund, CancellationToken cancellationToken)
    {
        var known = await books.FindAsync(
            SubscriptionDocuments.IdOf(Subscription.IdIn(order.Subject)!), cancellationToken);
        if (known is null || order.State != OrderState.Refunded) return OrderWrites.None;

        // Whoever got the running period back does not keep it.
        var subscription = BookJson.Read<Subscription>(known);
        return subscription.LastOrder == order.Id && subscription.IsLive
            ? await WriteAsync(SubscriptionCourse.End(subscription, refund.At), known.Version, cancellationToken)
            : OrderWrites.None;
    }

    public async Task AfterAsync(Order order, CancellationToken cancellationToken)
    {
        await grains.GetGrain<ISubscriptionGrain>(Subscription.IdIn(order.Subject)!).NoticeAsync()
            .WaitAsync(cancellationToken);
        await grains.GetGrain<IEntitlementsGrain>(order.Buyer.Value).RefreshAsync().WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Of several orders that were placed at once, each before another had begun, the first to be paid begins.
    /// </summary>
    private async ValueTask<OrderWrites> BeginAsync(Order order, string id, CancellationToken cancellationToken)
    {
        var seat = await SubscriptionSeat.ReadAsync(books, order.Buyer, order.Offer!.Value, cancellationToken);
        if (seat.Holder is { IsLive: true } other)
            return OrderWrites.Refused(
                "subscription-state", $"Subscription '{other.Id}' of offer '{order.Offer}' has begun meanwhile.");

        var begun = await WriteAsync(await NewAsync(order, id, cancellationToken), 0, cancellationToken);
        return begun with { Documents = [.. begun.Documents, seat.Taken(id)] };
    }

    private async ValueTask<Subscription> NewAsync(Order order, string id, CancellationToken cancellationToken)
    {
        var document = await books.FindAsync(new(BookKeys.Offer, order.Offer!.Value.Value), cancellationToken)
            ?? throw new InvalidDataException($"Order '{order.Id}' is for offer '{order.Offer}', which is not there.");
        return SubscriptionCourse.Begin(
            BookJson.Read<Offer>(document), order, await means.FindAsync(id, cancellationToken),
            new Money(order.Lines[0].Price, order.Currency), SubscriptionTerms.IsTrial(order));
    }

    private async ValueTask<OrderWrites> WriteAsync(
        Subscription subscription, long version, CancellationToken cancellationToken) => new(
        [],
        [
            new(
                SubscriptionDocuments.IdOf(subscription.Id), version, BookJson.Write(subscription),
                Keys: version == 0
                    ? [SubscriptionDocuments.KeyOf(subscription.Buyer), SellerKeys.Subscriptions(subscription.Seller)]
                    : null),
            .. await SubscriptionDocuments.EntitlementsAsync(books, subscription, cancellationToken),
        ]);
}
