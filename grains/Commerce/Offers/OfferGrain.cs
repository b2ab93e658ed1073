using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Grains.Catalogue;
using Engage.Grains.Commerce.Shares;
using Engage.Grains.Durability;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Offers;

/// <summary>One offer, or the price of a content that has no other.</summary>
internal sealed class OfferGrain(
    IBooks books, CatalogueView catalogue, SaleCommunities communities, TimeProvider time) : Grain, IOfferGrain
{
    private const int ConflictsMax = 4;
    private const int PricesMax = 200;
    private Offer? _offer;
    private long _version;

    private OfferId Id => new(this.GetPrimaryKeyString());

    /// <summary>To the millisecond, as it is stored.</summary>
    private DateTimeOffset Now =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    public override Task OnActivateAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    public async Task<CreateReply<Offer>> CreateAsync(Offer offer, CancellationToken cancellationToken)
    {
        if (_offer is null)
        {
            await catalogue.RefreshAsync(cancellationToken);
            if (OfferReferences.Check(offer, catalogue, communities) is var (outcome, detail))
                return new(outcome, null, detail);
            if (await ForeignItemAsync(offer) is { } item)
                return new(
                    CreateOutcome.Mismatch, null,
                    $"items: offer '{item}' is another seller's; a bundle holds offers of its own seller.");

            await StoreAsync(Complete(offer, Now));
            if (_offer is not null && IsSame(_offer, offer)) return new(CreateOutcome.Created, _offer, null);
        }
        // A retry may be of one whose shop was not told.
        await TellAsync();
        return new(
            IsSame(AsCreated(_offer!), offer) ? CreateOutcome.Unchanged : CreateOutcome.Conflict, _offer, null);
    }

    public async Task<Offer?> GetAsync()
    {
        if (Id.ImplicitContent is { } content) return await ImplicitAsync(content);
        if (_offer is null) DeactivateOnIdle();
        return _offer;
    }

    public async Task<OfferReply> SetPriceAsync(Money price, DateTimeOffset? from)
    {
        for (var tries = 0; tries < ConflictsMax; tries++)
        {
            if (Missing() is { } missing) return missing;
            var now = Now;
            var start = from ?? now;
            if (start < now)
                return Refused("invalid-request", $"from: {start:O} is over; expected now ({now:O}) or later.");
            if (_offer!.Prices.Any(known => known.Price.Currency != price.Currency))
                return Refused(
                    "invalid-request",
                    $"price: {price.Currency}, but offer '{Id}' is sold in {_offer.Prices[0].Price.Currency}.");
            if (_offer.Prices.Length >= PricesMax)
                return Refused("invalid-request", $"Offer '{Id}' has had {PricesMax} prices; write a new offer.");

            // A change replaces what was announced for the same time or later.
            PriceChange[] prices = [.. _offer.Prices.Where(known => known.From < start), new(start, price)];
            if (await StoreAsync(_offer with { Prices = prices })) return new(_offer, null);
        }
        return Refused("conflict", $"Offer '{Id}' is being changed by somebody else; try again.");
    }

    public async Task<OfferReply> WithdrawAsync()
    {
        for (var tries = 0; tries < ConflictsMax; tries++)
        {
            if (Missing() is { } missing) return missing;
            if (!_offer!.Active || await StoreAsync(_offer with { Active = false })) return new(_offer, null);
        }
        return Refused("conflict", $"Offer '{Id}' is being changed by somebody else; try again.");
    }

    /// <summary>Those that are not there yet are looked at when the bundle is ordered.</summary>
    private async Task<OfferId?> ForeignItemAsync(Offer bundle)
    {
        foreach (var id in bundle.Items)
            if (await GrainFactory.GetGrain<IOfferGrain>(id.Value).GetAsync() is { } item
                && !OfferReferences.MayHold(bundle.Seller, item.Seller))
                return id;
        return null;
    }

    private async Task<Offer?> ImplicitAsync(ContentId id)
    {
        if (catalogue.Find(id) is null) await catalogue.RefreshAsync(CancellationToken.None);
        if (catalogue.Find(id) is { Price: { MinorUnits: > 0 } } content) return ImplicitOffers.Of(content);
        DeactivateOnIdle();
        return null;
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var document = Id.ImplicitContent is null
            ? await books.FindAsync(new(BookKeys.Offer, Id.Value), cancellationToken)
            : null;
        (_offer, _version) = document is null ? (null, 0) : (BookJson.Read<Offer>(document), document.Version);
    }

    /// <returns>False: somebody else was faster, and what is stored now is here.</returns>
    private async Task<bool> StoreAsync(Offer offer)
    {
        var change = new BookEntry(
            $"offer:{Id}:{_version + 1}", Now, "offer", [],
            [
                new(
                    new(BookKeys.Offer, Id.Value), _version, BookJson.Write(offer),
                    Keys: _version == 0 ? [BookKeys.Offers] : null),
            ]);
        var outcome = await this.StoreOrLeaveAsync(() => books.CommitAsync(change, CancellationToken.None).AsTask());
        await LoadAsync(CancellationToken.None);
        await TellAsync();
        return outcome.Result == BookResult.Written;
    }

    private Task TellAsync() =>
        _offer is null ? Task.CompletedTask : GrainFactory.GetGrain<IShopGrain>(IShopGrain.Key).PutAsync(_offer);

    private OfferReply? Missing()
    {
        if (_offer is not null) return null;
        DeactivateOnIdle();
        return Id.ImplicitContent is { } content
            ? Refused(
                "invalid-request", $"The price of content '{content}' is the catalogue's; write an offer of its own.")
            : Refused("not-found", $"Offer '{Id}' does not exist; create it with POST /v1/offers.");
    }

    private static OfferReply Refused(string problem, string detail) => new(null, new(problem, detail));

    /// <summary>Fills in what a request leaves out.</summary>
    private static Offer Complete(Offer offer, DateTimeOffset now) => offer with
    {
        CreatedAt = now, Active = true, Prices = [.. offer.Prices.Select(change => change with { From = now })],
    };

    private static bool IsSame(Offer known, Offer requested) =>
        BookJson.Write(known).SequenceEqual(BookJson.Write(Complete(requested, known.CreatedAt)));

    /// <summary>As it was before its price was changed or its sale ended.</summary>
    private static Offer AsCreated(Offer offer) => offer with { Active = true, Prices = [.. offer.Prices.Take(1)] };
}

/// <summary>Contents that sell by the price of the catalogue.</summary>
internal static class ImplicitOffers
{
    public static Offer Of(Content content) => new()
    {
        Id = OfferId.Of(content.Id),
        Kind = OfferKind.OneOff,
        Seller = new(content.Creator, content.Community),
        Title = content.Title,
        Description = content.Description,
        Grants = [new(Scopes.Of(content.Id))],
        Prices = [new(DateTimeOffset.UnixEpoch, content.Price!.Value)],
        CreatedAt = content.PublishedAt ?? DateTimeOffset.UnixEpoch,
    };
}
