using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Offers;

/// <summary>
/// All offers in memory. Told of each change, and reads all of them again now and then: what it was not told of,
/// because a silo died in between, is late, not lost.
/// </summary>
internal sealed class ShopGrain(IBooks books, TimeProvider time) : Grain, IShopGrain
{
    private const int PageLimit = 500;
    private static readonly TimeSpan RereadPeriod = TimeSpan.FromMinutes(1);
    private readonly SortedDictionary<string, Offer> _offers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _byScope = new(StringComparer.Ordinal);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        this.RegisterGrainTimer(
            ReadAsync, new GrainTimerCreationOptions { DueTime = RereadPeriod, Period = RereadPeriod });
    }

    public Task<OfferPage> ListAsync(OfferQuery query)
    {
        var now = time.GetUtcNow();
        var found = _offers.Values
            .Where(offer => query.Cursor is null || string.CompareOrdinal(offer.Id.Value, query.Cursor) > 0)
            .Where(offer => Matches(offer, query) && IsOnSale(offer, now))
            .Take(query.Limit + 1)
            .ToArray();
        return Task.FromResult(found.Length > query.Limit
            ? new OfferPage(found[..query.Limit], found[query.Limit - 1].Id.Value)
            : new OfferPage(found, null));
    }

    public Task<OfferId[]> OpenedByAsync(string[] scopes)
    {
        var now = time.GetUtcNow();
        var ids = scopes.SelectMany(scope => _byScope.GetValueOrDefault(scope) ?? []).Distinct();
        return Task.FromResult<OfferId[]>(
        [
            .. ids.Select(id => _offers[id]).Where(offer => IsOnSale(offer, now))
                .OrderBy(offer => offer.PriceAt(now)?.MinorUnits ?? long.MaxValue)
                .ThenBy(offer => offer.Id.Value, StringComparer.Ordinal)
                .Select(offer => offer.Id),
        ]);
    }

    public Task PutAsync(Offer offer)
    {
        Put(offer);
        return Task.CompletedTask;
    }

    private static bool IsOnSale(Offer offer, DateTimeOffset now) =>
        offer.Active && (offer.Kind == OfferKind.Quote || offer.PriceAt(now) is not null);

    private static bool Matches(Offer offer, OfferQuery query) =>
        (query.Creator is null || offer.Seller.Creator == query.Creator)
        && (query.Community is null || offer.Seller.Community == query.Community)
        && (query.Content is not { } content
            || Array.Exists(offer.Grants, grant => grant.Scope == Scopes.Of(content)));

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        for (long? cursor = 0; cursor is { } after;)
        {
            var page = await books.ListAsync(
                new(BookKeys.Offers, BookKeys.Offer, after, PageLimit), cancellationToken);
            foreach (var document in page.Items) Put(BookJson.Read<Offer>(document));
            cursor = page.Cursor;
        }
    }

    /// <summary>Grants of an offer never change.</summary>
    private void Put(Offer offer)
    {
        _offers[offer.Id.Value] = offer;
        foreach (var grant in offer.Grants)
        {
            if (!_byScope.TryGetValue(grant.Scope, out var ids)) _byScope[grant.Scope] = ids = [];
            ids.Add(offer.Id.Value);
        }
    }
}
