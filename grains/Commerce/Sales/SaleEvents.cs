using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Commerce;

namespace Engage.Grains.Commerce.Sales;

/// <summary>
/// What a paid order is in the journal: a <c>purchased</c> of its buyer for each of its lines. Pure.
/// </summary>
internal static class SaleEvents
{
    private const string ContentKind = "content";

    /// <summary>
    /// Whether paying it is a decision to buy something. A further period of a subscription was decided with its first;
    /// top-ups and tips buy nothing.
    /// </summary>
    public static bool Concern(Order order) => order.Kind is OrderKind.Sale or OrderKind.Quote;

    /// <param name="order">Paid, whatever became of it since.</param>
    public static IEnumerable<ActivityEvent> Of(Order order)
    {
        foreach (var line in order.Lines)
        {
            var content = ContentOf(line);
            if (content is null && line.Seller is not ({ Creator: not null } or { Community: not null })) continue;
            yield return new()
            {
                EventId = IdOf(order.Id, line.Number),
                // A gift is bought by who gives it: she decided, and paid. What it means to whoever got it shows in
                // what she does with it.
                User = order.Buyer,
                Kind = ActivityKind.Purchased,
                Content = content,
                // Those of a content are the catalogue's to fill in.
                Creator = content is null ? line.Seller?.Creator : null,
                Community = content is null ? line.Seller?.Community : null,
                Value = line.Amount,
                OccurredAt = order.PaidAt!.Value,
                Attributes = new Dictionary<string, string> { [ActivityAttributes.Currency] = order.Currency },
            };
        }
    }

    /// <summary>Follows from the order alone, so that however often a sale is reported, it is one event.</summary>
    public static Guid IdOf(OrderId order, int line) => PlatformEventId.Of($"order:{order}:{line}");

    /// <returns>Null where it is of none, or of several: then it is its seller's sale, counted once.</returns>
    private static ContentId? ContentOf(OrderLine line)
    {
        if (line.Offer?.ImplicitContent is { } itself) return itself;
        var contents = line.Grants.Select(grant => Scopes.Parse(grant.Scope))
            .OfType<(string Kind, string Id)>().Where(scope => scope.Kind == ContentKind).Distinct().ToArray();
        return contents is [var only] ? new(only.Id) : null;
    }
}
