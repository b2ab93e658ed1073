using Engage.Contracts.Commerce;
using Engage.Storage.Books;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Commerce.Orders;

/// <summary>
/// Who takes her money back by herself: a buyer who changed her mind soon, and not one who reads on and on for nothing.
/// In all other cases somebody decides.
/// </summary>
internal sealed class RefundTerms(
    IBooks books, OrderUse use, IOptions<CommerceOptions> options, TimeProvider time)
{
    /// <summary>Her newest; what is older than so many orders is long past its window.</summary>
    private const int OrdersLookedAt = 500;

    /// <param name="order">Paid, with something left to give back.</param>
    /// <returns>Null: she takes it back by herself.</returns>
    public async ValueTask<RefundAskReason?> WhyDecideAsync(
        Order order, RefundRequest request, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - order.PaidAt > options.Value.RefundWindow) return RefundAskReason.Late;
        // Only what goes back whole closes what it opened: she would keep all of it for the last minor unit.
        if (request.Amount < RefundSplit.Left(order, request.Line)) return RefundAskReason.Part;

        var used = await use.ShareAsync(order, request.Line, cancellationToken);
        if (used is null) return RefundAskReason.Unknown;
        if (used >= options.Value.RefundUsedMax) return RefundAskReason.Used;
        return await TookBackBeforeAsync(order, request.Line, cancellationToken) ? RefundAskReason.Again : null;
    }

    /// <summary>Use is counted from each payment on: bought and given back by turns, all of it would be free.</summary>
    private async ValueTask<bool> TookBackBeforeAsync(Order order, int? line, CancellationToken cancellationToken)
    {
        var lines = Array.FindAll(order.Lines, each => line is null || each.Number == line);
        var page = await books.ListAsync(
            new(BookKeys.Buyer(order.Buyer), BookKeys.Order, 0, OrdersLookedAt, Newest: true), cancellationToken);
        return page.Items.Select(BookJson.Read<Order>).Any(other =>
            other.Id != order.Id
            && Array.Exists(other.Refunds, refund => refund.By == order.Buyer)
            && Array.Exists(other.Lines, each => each.Refunded > 0 && Array.Exists(lines, mine => IsSame(mine, each))));
    }

    private static bool IsSame(OrderLine line, OrderLine other) =>
        (line.Offer is not null && line.Offer == other.Offer)
        || Array.Exists(
            line.Grants, grant => Array.Exists(other.Grants, opened => opened.Scope == grant.Scope));
}
