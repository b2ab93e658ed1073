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
        if (known is null)
            return await WriteAsync(await BeginAsync(order, id, cancellationToken), 0, cancellationToken);

        var subscription = BookJson.Read<Subscription>(known);
        // Ended while its renewal was on the way: the money was taken all the same, so it goes on.
        return order.Kind == OrderKind.Renewal
            ? await WriteAsync(
                SubscriptionCourse.Renew(subscription, order) with { EndedAt = null }, known.Version,
                cancellationToken)
            : OrderWrites.None;
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

    private async ValueTask<Subscription> BeginAsync(Order order, string id, CancellationToken cancellationToken)
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
