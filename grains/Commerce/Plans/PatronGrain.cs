using System.Security.Cryptography;
using System.Text;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Catalogue;
using Engage.Grains.Commerce.Entitlements;
using Engage.Grains.Commerce.Shares;
using Engage.Storage.Books;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Commerce.Plans;

/// <summary>One person's side of plans. Keeps nothing: the books have it all.</summary>
internal sealed class PatronGrain(
    IBooks books,
    GiftBook gifts,
    QuoteBook quotes,
    TipBook tips,
    CatalogueView catalogue,
    IOptions<CommerceOptions> options,
    TimeProvider time)
    : Grain, IPatronGrain
{
    private const string CreditsPrefix = "credits:";
    private const int IdBytes = 16;

    private UserId Id => new(this.GetPrimaryKeyString());

    public async Task<Subscription[]> SubscriptionsAsync() =>
        await SubscriptionDocuments.ListAsync(books, Id, CancellationToken.None);

    public async Task<CreditsLeft[]> CreditsAsync()
    {
        var orders = await books.ListAsync(
            new(BookKeys.Buyer(Id), BookKeys.Order, 0, 1_000, Newest: true), CancellationToken.None);
        var offers = orders.Items.Select(BookJson.Read<Order>)
            .Where(order => order.Subject?.StartsWith(CreditsPrefix, StringComparison.Ordinal) == true)
            .DistinctBy(order => order.Offer);
        var left = new List<CreditsLeft>();
        foreach (var order in offers)
            left.Add(new(
                order.Offer!.Value, order.Lines.FirstOrDefault()?.Title, await LeftAsync(order.Offer.Value)));
        return [.. left];
    }

    public async Task<CreditReply> UseCreditAsync(OfferId offer, string resource, string key)
    {
        var access = await GrainFactory.GetGrain<IEntitlementsGrain>(Id.Value).CheckAsync(resource);
        if (access.IsAllowed) return new(await LeftAsync(offer), access.Until, null);
        if (await GrainFactory.GetGrain<IOfferGrain>(offer.Value).GetAsync() is not { Kind: OfferKind.PerUse } sold)
            return Refused("not-found", $"Offer '{offer}' is not one of credits; list yours with GET /v1/credits.");
        if (!await OpensAsync(sold, resource))
            return Refused("invalid-request", $"resource: offer '{offer}' does not open '{resource}'.");

        var now = time.GetUtcNow();
        var until = now + IPatronGrain.CreditLifetime;
        var id = IdOf(offer, resource, key);
        var outcome = await books.CommitAsync(
            new(
                id, now, "credit",
                [
                    new(LedgerAccounts.Credits(Id, offer), CreditTerms.Unit, -1, 0),
                    new(CreditTerms.IssuedOf(offer), CreditTerms.Unit, 1),
                ],
                [
                    EntitlementDocuments.Write(
                        new()
                        {
                            Id = id,
                            User = Id,
                            Scope = resource,
                            From = now,
                            Until = until,
                            Offer = offer,
                            Title = sold.Title,
                        },
                        0),
                ]),
            CancellationToken.None);
        if (outcome.Result is BookResult.Refused)
            return Refused("no-credits", $"There are no credits of offer '{offer}' left; order it again.");

        // The same key once more, long after: what it opened then may be over.
        if (outcome.Result is BookResult.Repeated
            && await books.FindAsync(new(BookKeys.Entitlement, id), CancellationToken.None) is { } opened)
            until = BookJson.Read<Entitlement>(opened).Until ?? until;
        await GrainFactory.GetGrain<IEntitlementsGrain>(Id.Value).RefreshAsync();
        return new(await LeftAsync(offer), until, null);
    }

    public async Task<Gift[]> GiftsAsync()
    {
        var given = await gifts.ListAsync(GiftBook.GivenBy(Id), CancellationToken.None);
        var taken = await gifts.ListAsync(GiftBook.TakenBy(Id), CancellationToken.None);
        var paid = new List<Gift>();
        // One is written down before it is paid; until then it is nobody's.
        foreach (var gift in given)
            if (await books.FindAsync(new(BookKeys.Order, gift.Order.Value), CancellationToken.None) is { } order
                && BookJson.Read<Order>(order).PaidAt is not null)
                paid.Add(gift);
        return [.. paid.Concat(taken).DistinctBy(gift => gift.Code).OrderByDescending(gift => gift.CreatedAt)];
    }

    public async Task<Money[]> AffiliateAsync()
    {
        var balances = await books.BalancesAsync(LedgerAccounts.Affiliate(Id), CancellationToken.None);
        return [.. balances.Select(balance => new Money(balance.Amount, balance.Unit))];
    }

    public Task<Quote[]> QuotesAsync() => quotes.ListAsync(QuoteBook.OfBuyer(Id));

    public async Task<OrderReply> TipAsync(TipRequest tip)
    {
        if (catalogue.Find(tip.Creator) is not { } creator)
        {
            await catalogue.RefreshAsync(CancellationToken.None);
            creator = catalogue.Find(tip.Creator);
        }
        if (creator is null)
            return OrderReply.Refused(
                "not-found", $"Creator '{tip.Creator}' does not exist; list them with GET /v1/creators.");

        if (await OwnDealings.IsOwnAsync(GrainFactory, Id, new(tip.Creator)))
            return OrderReply.Refused(
                "invalid-request", $"creator: '{tip.Creator}' is yours; nobody tips herself.");
        if (Unpayable(tip.Pay) is { } wrong) return OrderReply.Refused("invalid-request", wrong);

        var room = tip.Room is { } held ? catalogue.Find(held) : null;
        var seller = new Seller(tip.Creator, room?.Creator == tip.Creator ? room.Community : null);
        var draft = new OrderDraft
        {
            Kind = OrderKind.Tip,
            Currency = tip.Amount.Currency,
            Lines =
            [
                new(
                    1, creator.Name, null, 1, tip.Amount.MinorUnits, tip.Amount.MinorUnits,
                    SaleShares.Of(tip.Amount.MinorUnits, seller, ShareTerms.Usual, affiliate: null), [], seller),
            ],
            Sources = [new(tip.Pay.Method, tip.Amount.MinorUnits)],
            Token = tip.Pay.Token,
        };
        var order = OrderId.Of(Id, tip.Key);
        if (tip.Message?.Length > TipRequest.MessageLengthMax)
            return OrderReply.Refused(
                "invalid-request", $"message: at most {TipRequest.MessageLengthMax} characters.");
        await tips.NoteAsync(
            new()
            {
                Order = order,
                From = Id,
                Creator = tip.Creator,
                Amount = tip.Amount,
                At = time.GetUtcNow(),
                Room = room?.Creator == tip.Creator ? room.Id : null,
                Message = tip.Message,
            },
            CancellationToken.None);
        return await GrainFactory.GetGrain<IOrderGrain>(order.Value)
            .PlaceAsync(new(Id, tip.Fingerprint, null, draft));
    }

    private string? Unpayable(PayRequest pay) => pay switch
    {
        { Method: PaymentMethod.Wallet } => null,
        { Method: PaymentMethod.Card, Token: null } => "pay.token: a card needs one; see GET /v1/payments.",
        { Method: PaymentMethod.Card } when options.Value.Card.Url.Length == 0 =>
            "pay.method: this platform takes no cards; expected 'wallet'.",
        { Method: PaymentMethod.Card } => null,
        _ => "pay.method: expected 'wallet' or 'card'.",
    };

    private async Task<long> LeftAsync(OfferId offer) => await books.BalanceAsync(
        LedgerAccounts.Credits(Id, offer), CreditTerms.Unit, null, CancellationToken.None);

    /// <summary>By name, or because it is a content or room of a creator or community that it opens.</summary>
    private async Task<bool> OpensAsync(Offer offer, string resource)
    {
        if (offer.Grants.Any(grant => grant.Scope == resource)) return true;
        if (Scopes.Parse(resource) is not { } named) return false;

        await catalogue.RefreshAsync(CancellationToken.None);
        string[] wider = named.Kind switch
        {
            "content" when catalogue.Find(new ContentId(named.Id)) is { } content =>
                [Scopes.Of(content.Creator), Scopes.Of(content.Community)],
            "room" when catalogue.Find(new RoomId(named.Id)) is { } room =>
            [
                Scopes.Of(room.Creator), Scopes.Of(room.Community),
                .. room.Content is { } content ? (string[])[Scopes.Of(content)] : [],
            ],
            _ => [],
        };
        return offer.Grants.Any(grant => wider.Contains(grant.Scope));
    }

    private string IdOf(OfferId offer, string resource, string key) => "use-" + Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{Id}|{offer}|{resource}|{key}")).AsSpan(0, IdBytes));

    private static CreditReply Refused(string problem, string detail) => new(0, null, new(problem, detail));
}
