using Engage.Contracts.Catalogue;
using Orleans.Concurrency;

namespace Engage.Contracts.Commerce;

/// <summary>One offer; the key is its id.</summary>
[Alias("engage.IOfferGrain")]
public interface IOfferGrain : IGrainWithStringKey
{
    /// <param name="offer">Passes <see cref="OfferRules"/>; its id is this grain's key.</param>
    [Alias("CreateAsync")]
    Task<CreateReply<Offer>> CreateAsync(Offer offer, CancellationToken cancellationToken);

    /// <returns>Null if there is none, and no content with a price that implies it.</returns>
    [AlwaysInterleave, Alias("GetAsync")]
    Task<Offer?> GetAsync();

    /// <param name="from">Null: now. Never before now.</param>
    [Alias("SetPriceAsync")]
    Task<OfferReply> SetPriceAsync(Money price, DateTimeOffset? from);

    /// <summary>Ends its sale; doing it again is harmless.</summary>
    [Alias("WithdrawAsync")]
    Task<OfferReply> WithdrawAsync();
}

[GenerateSerializer, Immutable, Alias("engage.offer-reply")]
public sealed record OfferReply([property: Id(0)] Offer? Offer, [property: Id(1)] CommerceRefusal? Refusal);

/// <summary>All offers, for who looks for some and for who stands at a door. Key: <see cref="Key"/>.</summary>
[Alias("engage.IShopGrain")]
public interface IShopGrain : IGrainWithStringKey
{
    const string Key = "shop";

    [AlwaysInterleave, Alias("ListAsync")]
    Task<OfferPage> ListAsync(OfferQuery query);

    /// <summary>Which offers on sale open any of these scopes by name, cheapest first.</summary>
    [AlwaysInterleave, Alias("OpenedByAsync")]
    Task<OfferId[]> OpenedByAsync(string[] scopes);

    /// <summary>An offer is new or has changed, durably.</summary>
    [Alias("PutAsync")]
    Task PutAsync(Offer offer);
}

/// <param name="Content">Offers that open this content by name.</param>
/// <param name="Cursor">Where the page before ended; null for the first.</param>
[GenerateSerializer, Immutable, Alias("engage.offer-query")]
public sealed record OfferQuery(
    [property: Id(0)] CreatorId? Creator,
    [property: Id(1)] CommunityId? Community,
    [property: Id(2)] ContentId? Content,
    [property: Id(3)] int Limit,
    [property: Id(4)] string? Cursor);

[GenerateSerializer, Immutable, Alias("engage.offer-page")]
public sealed record OfferPage([property: Id(0)] Offer[] Items, [property: Id(1)] string? Cursor);

/// <summary>
/// One order; the key is its id. Every call first takes up what was left unfinished, so that looking at an order brings
/// it forward.
/// </summary>
[Alias("engage.IOrderGrain")]
public interface IOrderGrain : IGrainWithStringKey
{
    /// <summary>Places it once; asked again, answers what came of it.</summary>
    [Alias("PlaceAsync")]
    Task<OrderReply> PlaceAsync(PlaceOrder order);

    /// <returns>Null if there is no such order.</returns>
    [Alias("GetAsync")]
    Task<OrderView?> GetAsync();

    /// <summary>Calls off what is not paid yet.</summary>
    [Alias("CancelAsync")]
    Task<OrderReply> CancelAsync();

    /// <summary>Gives back some or all of what was paid. Whoever calls has the right to.</summary>
    [Alias("RefundAsync")]
    Task<OrderReply> RefundAsync(RefundRequest request);

    /// <summary>
    /// The buyer wants her money back. Soon after the purchase, and while next to nothing of it was used, she gets it
    /// at once; otherwise somebody else decides.
    /// </summary>
    [Alias("AskRefundAsync")]
    Task<OrderReply> AskRefundAsync(RefundRequest request);

    /// <summary>
    /// The card's bank may have taken money back: asks the provider, and books what it says. Again: the same.
    /// </summary>
    [Alias("ChargedBackAsync")]
    Task<OrderReply> ChargedBackAsync();

    /// <summary>Whoever sells decides against it; doing it again is harmless. Whoever calls has the right to.</summary>
    [Alias("DeclineRefundAsync")]
    Task<OrderReply> DeclineRefundAsync();

    /// <summary>The provider has news: a reason to look, not to believe. Unknown orders are ignored.</summary>
    [OneWay, Alias("NoticeAsync")]
    Task NoticeAsync(ProviderNotice notice);
}

/// <summary>What stands at a door, for everybody who comes. Any key; answers from close by.</summary>
[Alias("engage.IDoorGrain")]
public interface IDoorGrain : IGrainWithStringKey
{
    /// <param name="resource">A scope: what somebody wants to enter or open.</param>
    /// <returns>Whether it is for those alone who have a right to it.</returns>
    [Alias("IsLockedAsync")]
    Task<bool> IsLockedAsync(string resource);
}

/// <summary>What one person may enter and open; the key is her id.</summary>
[Alias("engage.IEntitlementsGrain")]
public interface IEntitlementsGrain : IGrainWithStringKey
{
    /// <summary>How long a watch lasts unless it is renewed.</summary>
    static readonly TimeSpan WatchLifetime = TimeSpan.FromMinutes(1);

    /// <param name="resource">A scope: what she wants to enter or open.</param>
    [AlwaysInterleave, Alias("CheckAsync")]
    Task<AccessAnswer> CheckAsync(string resource);

    /// <returns>Those that are good now, newest first.</returns>
    [AlwaysInterleave, Alias("ListAsync")]
    Task<Entitlement[]> ListAsync();

    /// <summary>Something was written: looks again and tells who watches. After a commit, never before.</summary>
    [Alias("RefreshAsync")]
    Task RefreshAsync();

    [Alias("WatchAsync")]
    Task WatchAsync(IEntitlementsObserver observer);

    [Alias("UnwatchAsync")]
    Task UnwatchAsync(IEntitlementsObserver observer);
}

[Alias("engage.IEntitlementsObserver")]
public interface IEntitlementsObserver : IGrainObserver
{
    [OneWay, Alias("OnEntitlements")]
    void OnEntitlements(UserId user, EntitlementsChange change);
}

/// <summary>What one person has bought and owns, to look at; the key is her id.</summary>
[Alias("engage.ICustomerGrain")]
public interface ICustomerGrain : IGrainWithStringKey
{
    /// <summary>What an order of hers would cost now. Writes nothing.</summary>
    [Alias("PreviewAsync")]
    Task<PreviewReply> PreviewAsync(OrderRequest request);

    /// <summary>Newest first.</summary>
    [Alias("OrdersAsync")]
    Task<OrderPage> OrdersAsync(long cursor, int limit);

    [Alias("InvoicesAsync")]
    Task<InvoicePage> InvoicesAsync(long cursor, int limit);

    /// <returns>Null if no invoice of hers has this number.</returns>
    [Alias("InvoiceAsync")]
    Task<NumberedInvoice?> InvoiceAsync(long number);

    [Alias("BalancesAsync")]
    Task<WalletView> BalancesAsync();

    /// <summary>Oldest first; the cursor is what the page before answered.</summary>
    [Alias("PostingsAsync")]
    Task<WalletPage> PostingsAsync(string? cursor, int limit);
}

[GenerateSerializer, Immutable, Alias("engage.order-page")]
public sealed record OrderPage([property: Id(0)] OrderView[] Items, [property: Id(1)] long? Cursor);

[GenerateSerializer, Immutable, Alias("engage.invoice-page")]
public sealed record InvoicePage([property: Id(0)] NumberedInvoice[] Items, [property: Id(1)] long? Cursor);

[GenerateSerializer, Immutable, Alias("engage.numbered-invoice")]
public sealed record NumberedInvoice([property: Id(0)] long Number, [property: Id(1)] Invoice Invoice);

/// <summary>What was sold, as it was at that moment: it never changes.</summary>
/// <param name="Lines">As they were paid.</param>
[GenerateSerializer, Immutable, Alias("engage.invoice")]
public sealed record Invoice(
    [property: Id(0)] OrderId Order,
    [property: Id(1)] UserId Buyer,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] string Currency,
    [property: Id(4)] long Total,
    [property: Id(5)] OrderLine[] Lines,
    [property: Id(6)] Discount? Discount,
    [property: Id(7)] OrderSource[] Sources);

[GenerateSerializer, Immutable, Alias("engage.wallet-view")]
public sealed record WalletView([property: Id(0)] Money[] Balances, [property: Id(1)] long Points);

/// <param name="Reference">Key of the entry, such as <c>order:o-…:paid</c>.</param>
[GenerateSerializer, Immutable, Alias("engage.wallet-posting")]
public sealed record WalletPosting(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] string Kind,
    [property: Id(2)] string Reference,
    [property: Id(3)] string Unit,
    [property: Id(4)] long Amount);

[GenerateSerializer, Immutable, Alias("engage.wallet-page")]
public sealed record WalletPage([property: Id(0)] WalletPosting[] Items, [property: Id(1)] string? Cursor);
