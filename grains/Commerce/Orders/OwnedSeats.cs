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
        // Gifts may be bought again and again, and so may what opens nothing by itself.
        if (order.Kind != OrderKind.Sale || order.Held) return OrderWrites.None;

        var user = order.Recipient ?? order.Buyer;
        var writes = new List<DocumentWrite>();
        var (isHeld, other) = (false, (Order?)null);
        foreach (var thing in ThingsOf(order.Lines.Select(line => (line.Offer, line.Grants))))
        {
            var seat = await FindAsync(user, thing, cancellationToken);
            isHeld |= seat.Holder?.Id == order.Id;
            if (seat.Holder?.Id == order.Id) continue;
            if (await HolderAsync(user, thing, seat, cancellationToken) is { } holder) other = holder;
            else writes.Add(new(seat.Id, seat.Version, BookJson.Write(new Taking(order.Id))));
        }
        return isHeld || writes.Count > 0 || other is null
            ? new([], writes)
            : OrderWrites.Refused(Problem, Detail(order.Offer, other.Id, other.State == OrderState.Pending));
    }

    /// <summary>The same to whoever only asks, and what she was given or bought before there were places.</summary>
    public async ValueTask<CommerceRefusal?> RefusalAsync(OrderShape shape, CancellationToken cancellationToken)
    {
        if (shape.Held) return null;
        var things = ThingsOf(shape.Lines.Select(line => ((OfferId?)line.Offer, line.Grants)));
        if (things.Length == 0) return null;

        var user = shape.Recipient ?? shape.Buyer;
        var owned = await OwnedAsync(user, cancellationToken);
        OrderId? last = null;
        var isPending = false;
        foreach (var thing in things)
        {
            var seat = await FindAsync(user, thing, cancellationToken);
            var holder = await HolderAsync(user, thing, seat, cancellationToken);
            var entitlement = owned.Find(each => thing.IsOpenBy(each));
            if (holder is null && entitlement is null) return null;
            (last, isPending) = (holder?.Id ?? entitlement!.Order, holder?.State == OrderState.Pending);
        }
        return new(Problem, Detail(shape.Offer.Id, last, isPending));
    }

    private static OwnedThing[] ThingsOf(IEnumerable<(OfferId? Offer, Grant[] Grants)> lines) =>
        [.. lines.SelectMany(line => line.Grants.Select(grant => OwnedThing.Of(line.Offer, grant))).Distinct()];

    private async ValueTask<Order?> HolderAsync(
        UserId user, OwnedThing thing, Seat seat, CancellationToken cancellationToken)
    {
        if (seat.Holder is { } same && Holds(same, thing)) return same;
        if (thing.Days is null) return null;

        // Whoever has it for ever needs no pass.
        var forEver = thing with { Days = null };
        var owner = (await FindAsync(user, forEver, cancellationToken)).Holder;
        return owner is not null && Holds(owner, forEver) ? owner : null;
    }

    private bool Holds(Order order, OwnedThing thing) => order.State switch
    {
        OrderState.Pending => true,
        OrderState.Paid or OrderState.PartlyRefunded =>
            (thing.Days is not { } days || time.GetUtcNow() < order.PaidAt?.AddDays(days))
            && Array.Exists(order.Lines, line => (line.Amount == 0 || line.Refunded < line.Amount)
                && Array.Exists(line.Grants, grant => OwnedThing.Of(line.Offer, grant) == thing)),
        _ => false,
    };

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

    private async ValueTask<Seat> FindAsync(UserId user, OwnedThing thing, CancellationToken cancellationToken)
    {
        var id = new DocumentId(Kind, $"{user}|{thing}");
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

/// <summary>
/// What can be had once: a content or room by itself, whichever offer opens it; of what opens all that a creator, a
/// community or a tier has, each offer, since one seller may let people in for several things. Passes of one length are
/// of one kind.
/// </summary>
internal readonly record struct OwnedThing(string? Scope, OfferId? Offer, int? Days)
{
    public static OwnedThing Of(OfferId? offer, Grant grant) => Scopes.Parse(grant.Scope) is ("content" or "room", _)
        ? new(grant.Scope, null, grant.Days)
        : new(null, offer, grant.Days);

    public bool IsOpenBy(Entitlement entitlement) =>
        (Scope is null ? entitlement.Offer == Offer : entitlement.Scope == Scope)
        && (entitlement.Until is not { } until
            || (entitlement.Order is not null && Days is { } days && entitlement.From.AddDays(days) == until));

    /// <summary>No id has a bar in it, so that no two read alike.</summary>
    public override string ToString() =>
        (Scope is null ? $"offer|{Offer}" : Scope) + (Days is { } days ? $"|{days}" : "");
}
