using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Entitlements;

/// <summary>How what somebody may open is written.</summary>
public static class EntitlementDocuments
{
    /// <summary>
    /// What a paid order opens, one document per grant of each line; none while it is held as a gift.
    /// </summary>
    public static IEnumerable<DocumentWrite> Of(Order order, DateTimeOffset since)
    {
        ArgumentNullException.ThrowIfNull(order);
        return order.Held ? [] : For(order, order.Recipient ?? order.Buyer, since);
    }

    /// <summary>The same for whoever gets a gift, without lines that were given back before she took it.</summary>
    public static IEnumerable<DocumentWrite> For(Order order, UserId user, DateTimeOffset since)
    {
        ArgumentNullException.ThrowIfNull(order);
        return
            from line in order.Lines
            where line.Amount == 0 || line.Refunded < line.Amount
            from numbered in line.Grants.Index()
            select Write(
                new()
                {
                    Id = IdOf(order.Id, line.Number, numbered.Index),
                    User = user,
                    Scope = numbered.Item.Scope,
                    From = since,
                    Until = numbered.Item.Days is { } days ? since.AddDays(days) : null,
                    Order = order.Id,
                    Offer = line.Offer,
                    Title = line.Title,
                    Subject = order.Subject,
                },
                0);
    }

    /// <param name="version">The one it replaces; 0: it is new.</param>
    public static DocumentWrite Write(Entitlement entitlement, long version)
    {
        ArgumentNullException.ThrowIfNull(entitlement);
        return new(
            new(BookKeys.Entitlement, entitlement.Id), version, BookJson.Write(entitlement),
            Keys: version == 0 ? [BookKeys.Entitled(entitlement.User)] : null);
    }

    /// <summary>Takes back what lines of an order opened that are given back whole.</summary>
    /// <param name="before">The order before the refund.</param>
    public static async ValueTask<List<DocumentWrite>> WithdrawalsAsync(
        IBooks books, Order before, Order after, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(books);
        var writes = new List<DocumentWrite>();
        foreach (var (line, then) in before.Lines.Zip(after.Lines))
        {
            if (then.Refunded < then.Amount || (line.Refunded == line.Amount && line.Amount > 0)) continue;
            if (line.Amount == 0 && after.State != OrderState.Refunded) continue;
            for (var i = 0; i < line.Grants.Length; i++)
            {
                var id = new DocumentId(BookKeys.Entitlement, IdOf(after.Id, line.Number, i));
                if (await books.FindAsync(id, cancellationToken) is not { } document) continue;
                var entitlement = BookJson.Read<Entitlement>(document);
                if (entitlement.WithdrawnAt is null)
                    writes.Add(Write(entitlement with { WithdrawnAt = now }, document.Version));
            }
        }
        return writes;
    }

    private static string IdOf(OrderId order, int line, int grant) => $"{order}:{line}:{grant}";
}
