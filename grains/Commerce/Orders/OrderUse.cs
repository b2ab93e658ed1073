using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Catalogue;
using Engage.Grains.Commerce.Plans;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Orders;

/// <summary>
/// What share of an order has been used up, by the platform's own record: of contents what the journal says of them, of
/// credits those that are gone, of a subscription the part of the period that is over.
/// </summary>
internal sealed class OrderUse(IBooks books, CatalogueView catalogue, WatchedShares watched, TimeProvider time)
{
    /// <param name="order">Paid.</param>
    /// <param name="line">Of this line alone; null: of all, each by what it cost.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    /// <returns>0 to 1; null: there is no record of it.</returns>
    public async ValueTask<double?> ShareAsync(Order order, int? line, CancellationToken cancellationToken)
    {
        if (order.Kind is not (OrderKind.Sale or OrderKind.Renewal)) return null;
        if (Subscription.IdIn(order.Subject) is { } subscription)
            return await OfPeriodAsync(order, subscription, cancellationToken);
        if (Array.Find(order.Extras, extra => extra.Unit == CreditTerms.Unit && extra.Amount > 0) is { } credits)
            return await OfCreditsAsync(credits, cancellationToken);

        var user = order.Recipient ?? order.Buyer;
        if (GiftBook.CodeIn(order.Subject) is { } code)
        {
            var gift = await books.FindAsync(GiftBook.IdOf(code), cancellationToken);
            if (gift is null || BookJson.Read<Gift>(gift).ClaimedBy is not { } taker) return 0;
            user = taker;
        }
        var lines = Array.FindAll(order.Lines, each => line is null || each.Number == line);
        return await OfLinesAsync(lines, user, order.PaidAt ?? order.CreatedAt, cancellationToken);
    }

    private async ValueTask<double?> OfPeriodAsync(Order order, string id, CancellationToken cancellationToken)
    {
        if (await books.FindAsync(SubscriptionDocuments.IdOf(id), cancellationToken) is not { } document) return null;
        var subscription = BookJson.Read<Subscription>(document);
        // An earlier period is over.
        return subscription.LastOrder == order.Id
            ? Share((time.GetUtcNow() - subscription.PeriodStart) / (subscription.PeriodEnd - subscription.PeriodStart))
            : 1;
    }

    /// <summary>Credits have no names: those of this order count as the last to go.</summary>
    private async ValueTask<double?> OfCreditsAsync(LedgerLine credits, CancellationToken cancellationToken)
    {
        var left = await books.BalanceAsync(credits.Account, credits.Unit, null, cancellationToken);
        return Share((double)(credits.Amount - left) / credits.Amount);
    }

    private async ValueTask<double?> OfLinesAsync(
        OrderLine[] lines, UserId user, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await catalogue.RefreshAsync(cancellationToken);
        var contents = Array.ConvertAll(lines, each => ContentsOf(each.Grants));
        if (Array.Exists(contents, each => each is not { Count: > 0 })) return null;

        var shares = await watched.ReadAsync(user, [.. contents.SelectMany(each => each!)], since, cancellationToken);
        var total = lines.Sum(each => each.Amount);
        return lines.Zip(contents, (each, opened) =>
            opened!.Average(content => shares.GetValueOrDefault(content))
                * (total == 0 ? 1.0 / lines.Length : (double)each.Amount / total)).Sum();
    }

    /// <returns>Null: something is opened of whose use nothing is on record.</returns>
    private HashSet<ContentId>? ContentsOf(Grant[] grants)
    {
        var contents = new HashSet<ContentId>();
        foreach (var grant in grants)
        {
            IEnumerable<ContentId>? opened = Scopes.Parse(grant.Scope) switch
            {
                ("content", var id) => [new ContentId(id)],
                ("room", var id) => catalogue.Find(new RoomId(id))?.Content is { } held ? [held] : null,
                ("creator", var id) => All(content => content.Creator == new CreatorId(id)),
                ("community", var id) => All(content => content.Community == new CommunityId(id)),
                _ => null,
            };
            if (opened is null) return null;
            contents.UnionWith(opened);
        }
        return contents;
    }

    private IEnumerable<ContentId> All(Func<Content, bool> isOpened) =>
        catalogue.ContentsAfter(-1).Where(isOpened).Select(content => content.Id);

    private static double Share(double share) => Math.Clamp(share, 0, 1);
}
