using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Cards;
using Engage.Storage.Books;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Tests.Plans;

/// <summary>A silo that sells, with a clock that the test moves and a card provider that does as it is told.</summary>
internal sealed class Shop : IAsyncDisposable
{
    public static readonly UserId Buyer = new("u-buyer");
    public static readonly Money Month = new(3_000, "CNY");

    private Shop(TestPlatform platform) => Platform = platform;

    public TestPlatform Platform { get; }
    public required LedgerInMemory Books { get; init; }
    public required MovedTime Time { get; init; }
    public required ObedientCards Cards { get; init; }

    public static async Task<Shop> OpenAsync(params (string, string)[] settings)
    {
        var (books, time, cards) = (new LedgerInMemory(), new MovedTime(), new ObedientCards());
        var platform = await TestPlatform.StartAsync(
            services => services
                .AddSingleton<IBooks>(books)
                .AddSingleton<ICardProvider>(cards)
                .AddSingleton<TimeProvider>(time),
            [("Commerce:Card:Url", "http://127.0.0.1:1"), ("Commerce:Card:WebhookSecret", new string('s', 32)),
                .. settings]);
        await platform.CreateContentsAsync(5);
        return new(platform) { Books = books, Time = time, Cards = cards };
    }

    public Offer NewOffer(string id, OfferKind kind, Money? price = null) => new()
    {
        Id = new(id),
        Kind = kind,
        Seller = new(new CreatorId("k-1"), new CommunityId("g-1")),
        Title = new() { En = id, Zh = id },
        Grants = [new("creator:k-1")],
        Prices = [new(DateTimeOffset.UnixEpoch, price ?? Month)],
        Interval = kind is OfferKind.Subscription or OfferKind.Tier ? BillingInterval.Month : null,
        Credits = kind == OfferKind.PerUse ? 10 : 0,
    };

    public async Task<Offer> SellAsync(Offer offer)
    {
        var reply = await Platform.Grains.GetGrain<IOfferGrain>(offer.Id.Value)
            .CreateAsync(offer, CancellationToken.None);
        Assert.Equal(CreateOutcome.Created, reply.Outcome);
        return reply.Definition!;
    }

    public Task<OrderReply> OrderAsync(OrderRequest request, string key = "1", string buyer = "u-buyer") =>
        Platform.Grains.GetGrain<IOrderGrain>(OrderId.Of(new(buyer), key).Value)
            .PlaceAsync(new(new(buyer), $"{request.Offer}/{key}", request));

    public Task<OrderReply> OrderAsync(string offer, string key = "1", string buyer = "u-buyer") =>
        OrderAsync(ByCard(offer), key, buyer);

    public static OrderRequest ByCard(string offer) =>
        new() { Offer = new(offer), Pay = new(PaymentMethod.Card, "tok_ok") };

    /// <summary>Orders it and answers what began.</summary>
    public async Task<Subscription> SubscribeAsync(string offer, string key = "1", string buyer = "u-buyer")
    {
        var reply = await OrderAsync(offer, key, buyer);
        Assert.Null(reply.Refusal);
        return (await SubscriptionOf(reply.Order!.Order).GetAsync())!;
    }

    public ISubscriptionGrain SubscriptionOf(Order order) => Subscription(Contracts.Commerce.Plans.Subscription.IdIn(
        order.Subject)!);

    public ISubscriptionGrain Subscription(string id) => Platform.Grains.GetGrain<ISubscriptionGrain>(id);

    public async Task<Subscription> LookAsync(string id)
    {
        await Subscription(id).LookAsync();
        return (await Subscription(id).GetAsync())!;
    }

    public async Task<bool> MayEnterAsync(string resource = "content:c-1", string user = "u-buyer") =>
        (await Platform.Grains.GetGrain<IEntitlementsGrain>(user).ListAsync())
        .Any(entitlement => entitlement.Scope == resource);

    public ValueTask<long> BalanceAsync(string account, string unit = "CNY") =>
        Books.BalanceAsync(account, unit, null, CancellationToken.None);

    public int Count(string kind) => Books.Entries.Count(entry => entry.Kind == kind);

    public ValueTask DisposeAsync() => Platform.DisposeAsync();
}
