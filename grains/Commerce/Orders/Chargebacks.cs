using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Shares;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Orders;

/// <summary>
/// What becomes of an order when the card's bank takes money back. It is gone already, so nothing of this is refused:
/// what somebody spent or took out of it becomes a debt of her account, and a wallet below nothing pays nothing.
/// </summary>
internal static class Chargebacks
{
    private const string Kind = "chargeback";

    /// <param name="total">All that the bank took of it, also what is booked already; more than that.</param>
    public static OrderChange Of(Order order, Payment payment, long total, DateTimeOffset now)
    {
        var taken = total - order.ChargedBack;
        var (split, card) = Take(order, taken);
        var (refunds, settled) = Settle(order.Refunds, taken - card);
        var lost = taken - card - settled;
        var number = order.Refunds.Length + 1;
        var given = split.Refunded - order.Refunded;
        var after = split with
        {
            ChargedBack = total,
            Asked = null,
            State = given == 0
                ? order.State
                : split.Refunded == split.Total ? OrderState.Refunded : OrderState.PartlyRefunded,
            Refunds =
            [
                .. refunds,
                new(number, given, card, RefundState.Done, now, By: null, $"{Kind} {total}", Chargeback: true),
            ],
        };
        return new($"refund:{number}", Kind, now, after, payment)
        {
            Postings = OrderPostings.ChargedBack(order, after, card, settled, lost),
        };
    }

    /// <summary>
    /// First what the card paid and nobody got back yet. With the last of it the order is over, and what wallet or
    /// points paid goes back to the buyer.
    /// </summary>
    private static (Order After, long Card) Take(Order order, long taken)
    {
        // Of money that came too late for its order nobody has a share: it is due to the card alone.
        if (order.PaidAt is null) return (order, 0);

        var left = order.Sources.Where(source => source.Method == PaymentMethod.Card)
            .Sum(source => source.Amount - source.Returned);
        var card = Math.Min(taken, left);
        if (card == 0) return (order, 0);

        return (RefundSplit.ApplyToCard(order, card, card == left ? RefundSplit.Left(order, null) : card), card);
    }

    /// <summary>Refunds that the provider had not sent yet: the bank was faster, and they are settled by it.</summary>
    private static (Refund[] Refunds, long Settled) Settle(Refund[] refunds, long taken)
    {
        var settled = 0L;
        var after = Array.ConvertAll(refunds, refund =>
        {
            if (refund.State != RefundState.Sending || refund.Card > taken - settled) return refund;
            settled += refund.Card;
            return refund with { State = RefundState.Done };
        });
        return (after, settled);
    }
}
