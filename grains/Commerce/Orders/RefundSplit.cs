using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Shares;

namespace Engage.Grains.Commerce.Orders;

/// <summary>
/// What a refund takes from whom and gives back to where. Each refund is split over what is left of each part: no part
/// is ever reversed beyond itself, and when the last unit goes back, so has every part, whatever the refunds before
/// were. (Splitting the refunded total anew each time would not do: by largest remainder a part can shrink while the
/// total grows.)
/// </summary>
public static class RefundSplit
{
    /// <param name="order">The order before.</param>
    /// <param name="amount">1 to what is left of the order, or of the line.</param>
    /// <param name="line">Number of the line that is given back; null: all alike.</param>
    /// <returns>Lines and sources afterwards, and the total refunded; nothing else of the order is changed.</returns>
    public static Order Apply(Order order, long amount, int? line)
    {
        ArgumentNullException.ThrowIfNull(order);
        var left = Array.ConvertAll(
            order.Lines, each => line is null || each.Number == line ? each.Amount - each.Refunded : 0);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount, left.Sum());

        var perLine = Parts.Split(amount, left);
        var perSource = Parts.Split(
            amount, Array.ConvertAll(order.Sources, source => source.Amount - source.Returned));
        return order with
        {
            Refunded = order.Refunded + amount,
            Lines = [.. order.Lines.Zip(perLine, Reverse)],
            Sources = [.. order.Sources.Zip(perSource, Return)],
        };
    }

    /// <summary>The same of all lines alike, where a known part of it was the card's.</summary>
    /// <param name="order">The order before.</param>
    /// <param name="card">What the card gets, at most what is left of it.</param>
    /// <param name="amount">All together; what is more than the card's part is all that is left of the others.</param>
    public static Order ApplyToCard(Order order, long card, long amount)
    {
        ArgumentNullException.ThrowIfNull(order);
        var perLine = Parts.Split(amount, Array.ConvertAll(order.Lines, each => each.Amount - each.Refunded));
        return order with
        {
            Refunded = order.Refunded + amount,
            Lines = [.. order.Lines.Zip(perLine, Reverse)],
            Sources =
            [
                .. order.Sources.Select(source => Return(source, source.Method == PaymentMethod.Card
                    ? card
                    : amount == card ? 0 : source.Amount - source.Returned)),
            ],
        };
    }

    /// <summary>What is left to give back.</summary>
    public static long Left(Order order, int? line) =>
        order.Lines.Where(each => line is null || each.Number == line).Sum(each => each.Amount - each.Refunded);

    private static OrderLine Reverse(OrderLine line, long amount)
    {
        var parts = Parts.Split(amount, Array.ConvertAll(line.Shares, share => share.Amount - share.Reversed));
        return line with
        {
            Refunded = line.Refunded + amount,
            Shares = [.. line.Shares.Zip(parts, (share, part) => share with { Reversed = share.Reversed + part })],
        };
    }

    private static OrderSource Return(OrderSource source, long amount)
    {
        var returned = source.Returned + amount;
        return source with
        {
            Returned = returned,
            // Grows with what was returned, and is all of them at the end.
            PointsReturned = source.Amount == 0 ? 0 : (long)((Int128)source.Points * returned / source.Amount),
        };
    }
}
