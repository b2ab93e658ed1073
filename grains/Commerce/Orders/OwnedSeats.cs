using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Orders;

/// <summary>
/// One person's only place among those who own one thing for ever, or have a running pass to it. The entry that first
/// writes an order takes its places: before a card is charged, and together with the money where nobody is asked for
/// it. Of two orders at once the books let one pass, whatever keys, silos and crashes; the other finds the place taken.
/// </summary>
/// <remarks>
/// A place names an order. Whether it is still held follows from that order alone - one that failed, expired or was
/// given back holds nothing, and neither does a pass that is over - so that nothing has to be set free.
/// </remarks>
internal sealed class OwnedSeats(IBooks books, TimeProvider time)
{
    public const string Problem = "already-owned";
    private const string Kind = "owned";
    private const int PageLimit = 500;

    /// <summary>
    /// What an order that is about to be written takes. One that was written takes nothing more: it has its places.
    /// </summary>
    /// <returns>A refusal where others have all that it would open.</returns>
    public async ValueTask<OrderWrites> TakeAsync(Order order, CancellationToken cancellationToken)
    {
        var grants = GrantsOf(order);
        if (grants.Length == 0) return OrderWrites.None;

        var user = order.Recipient ?? order.Buyer;
        var writes = new List<DocumentWrite>();
        var (isHeld, other) = (false, (Order?)null);
        foreach (var grant in grants)
        {
            var seat = await FindAsync(user, grant, cancellationToken);
            isHeld |= seat.Holder?.Id == order.Id;
            if (seat.Holder?.Id == order.Id) continue;
            if (await HolderAsync(user, grant, seat, cancellationToken) is { } holder) other = holder;
            else writes.Add(new(seat.Id, seat.Version, BookJson.Write(new Taking(order.Id))));
        }
        return isHeld || writes.Count > 0 || other is null
            ? new([], writes)
            : OrderWrites.Refused(Problem, Detail(order.Offer, other.Id, other.State == OrderState.Pending));
    }

    /// <summary>The same to whoever only asks, and what she was given or bought before there were places.</summary>
    public async ValueTask<CommerceRefusal?> RefusalAsync(OrderShape shape, CancellationToken cancellationToken)
    {
        Grant[] grants = shape.Held ? [] : [.. shape.Lines.SelectMany(line => line.Grants).Distinct()];
        if (grants.Length == 0) return null;

        var user = shape.Recipient ?? shape.Buyer;
        var owned = await OwnedAsync(user, cancellationToken);
        OrderId? last = null;
        var isPending = false;
        foreach (var grant in grants)
        {
            var seat = await FindAsync(user, grant, cancellationToken);
            var holder = await HolderAsync(user, grant, seat, cancellationToken);
            var entitlement = owned.Find(each => Covers(each, grant));
            if (holder is null && entitlement is null) return null;
            (last, isPending) = (holder?.Id ?? entitlement!.Order, holder?.State == OrderState.Pending);
        }
        return new(Problem, Detail(shape.Offer.Id, last, isPending));
    }

    /// <summary>Gifts may be bought again and again, and so may what opens nothing by itself.</summary>
    private static Grant[] GrantsOf(Order order) => order.Kind != OrderKind.Sale || order.Held
        ? []
        : [.. order.Lines.SelectMany(line => line.Grants).Distinct()];

    private async ValueTask<Order?> HolderAsync(
        UserId user, Grant grant, Seat seat, CancellationToken cancellationToken)
    {
        if (seat.Holder is { } same && Holds(same, grant)) return same;
        if (grant.Days is null) return null;

        // Whoever has it for ever needs no pass.
        var forEver = grant with { Days = null };
        var owner = (await FindAsync(user, forEver, cancellationToken)).Holder;
        return owner is not null && Holds(owner, forEver) ? owner : null;
    }

    private bool Holds(Order order, Grant grant) => order.State switch
    {
        OrderState.Pending => true,
        OrderState.Paid or OrderState.PartlyRefunded =>
            (grant.Days is not { } days || time.GetUtcNow() < order.PaidAt?.AddDays(days))
            && Array.Exists(order.Lines, line =>
                line.Grants.Contains(grant) && (line.Amount == 0 || line.Refunded < line.Amount)),
        _ => false,
    };

    private static bool Covers(Entitlement entitlement, Grant grant) =>
        entitlement.Scope == grant.Scope
        && (entitlement.Until is not { } until
            || (entitlement.Order is not null && grant.Days is { } days && entitlement.From.AddDays(days) == until));

    private async ValueTask<List<Entitlement>> OwnedAsync(UserId user, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var owned = new List<Entitlement>();
        for (long? cursor = 0; cursor is { } after;)
        {
            var page = await books.ListAsync(
                new(BookKeys.Entitled(user), BookKeys.Entitlement, after, PageLimit), cancellationToken);
            owned.AddRange(page.Items.Select(BookJson.Read<Entitlement>).Where(each => each.IsGood(now)));
            cursor = page.Cursor;
        }
        return owned;
    }

    private async ValueTask<Seat> FindAsync(UserId user, Grant grant, CancellationToken cancellationToken)
    {
        // No id has a bar in it. Passes of one length are of one kind.
        var length = grant.Days is { } days ? $"|{days}" : "";
        var id = new DocumentId(Kind, $"{user}|{grant.Scope}{length}");
        if (await books.FindAsync(id, cancellationToken) is not { } document) return new(id, 0, null);

        var holder = await books.FindAsync(
            new(BookKeys.Order, BookJson.Read<Taking>(document).Order.Value), cancellationToken);
        return new(id, document.Version, holder is null ? null : BookJson.Read<Order>(holder));
    }

    private static string Detail(OfferId? offer, OrderId? order, bool isPending) => isPending
        ? $"Offer '{offer}': order '{order}' of the same is under way; wait for it, or call it off with POST "
            + $"/v1/orders/{order}/cancel. Nothing was ordered."
        : $"Offer '{offer}': all that it opens is open already, by order '{order}'; see GET /v1/library. Nothing was "
            + "ordered. To give it to somebody, order it as a gift.";

    private sealed record Seat(DocumentId Id, long Version, Order? Holder);

    private sealed record Taking(OrderId Order);
}
