using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Orders;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// Pay per use: what is bought is credits, in the ledger. They open something when they are used; what an order gave is
/// taken back with its money, as long as it is still there.
/// </summary>
internal sealed class CreditTerms : IOrderTerms, IOrderEffects
{
    public const string Unit = "credit";
    private const string SubjectPrefix = "credits:";

    public int Rank => 120;

    public ValueTask<CommerceRefusal?> ApplyAsync(OrderShape shape, CancellationToken cancellationToken)
    {
        if (shape.Offer.Kind != OfferKind.PerUse) return ValueTask.FromResult<CommerceRefusal?>(null);
        if (shape.Request.Gift is not null)
            return ValueTask.FromResult<CommerceRefusal?>(new(
                "invalid-request", "gift: credits cannot be given; give something that is bought once."));

        foreach (var line in shape.Lines) line.Grants = [];
        var credits = (long)shape.Offer.Credits * shape.Request.Quantity;
        shape.Subject = SubjectPrefix + shape.Offer.Id.Value;
        shape.Extras.Add(new(LedgerAccounts.Credits(shape.Buyer, shape.Offer.Id), Unit, credits));
        shape.Extras.Add(new(IssuedOf(shape.Offer.Id), Unit, -credits));
        return ValueTask.FromResult<CommerceRefusal?>(null);
    }

    public bool Concerns(Order order) =>
        order.Subject?.StartsWith(SubjectPrefix, StringComparison.Ordinal) == true;

    public ValueTask<OrderWrites> PaidAsync(Order order, CancellationToken cancellationToken) =>
        ValueTask.FromResult(OrderWrites.None);

    /// <summary>Only with all of the money: a part of it is the seller's kindness, and takes no credits.</summary>
    public ValueTask<OrderWrites> RefundedAsync(Order order, Refund refund, CancellationToken cancellationToken) =>
        ValueTask.FromResult(order.State != OrderState.Refunded
            ? OrderWrites.None
            : new OrderWrites(
                [.. order.Extras.Where(extra => extra.Unit == Unit).Select(extra => new Posting(
                    extra.Account, Unit, -extra.Amount, extra.Amount > 0 ? 0 : null))],
                []));

    public Task AfterAsync(Order order, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Below 0 by all that were given and not used.</summary>
    public static string IssuedOf(OfferId offer) => $"credits-issued:{offer.Value}";
}
