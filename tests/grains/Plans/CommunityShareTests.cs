using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Grains.Commerce;
using Engage.Grains.Commerce.Shares;

namespace Engage.Grains.Tests.Plans;

/// <summary>Who shares in a sale as a community is what the catalogue says, whatever the seller writes.</summary>
public sealed class CommunityShareTests
{
    private static readonly Seller Alone = new(new CreatorId("k-1"));

    [Fact]
    public async Task SellerWhoLeavesTheCommunityOutPaysItAllTheSame()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(OneOff(shop, "o-one", "content:c-1") with { Seller = Alone });
        await shop.SellAsync(OneOff(shop, "o-nothing") with { Seller = Alone });

        await shop.OrderAsync("o-one", "1");
        var byName = await shop.BalanceAsync("community:g-1");
        await shop.OrderAsync("o-nothing", "2");

        Assert.Equal(500, byName);
        Assert.Equal(1_000, await shop.BalanceAsync("community:g-1"));
        Assert.Equal(17_000, await shop.BalanceAsync("creator:k-1"));
    }

    [Fact]
    public async Task NobodyNamesACommunityInWhichItIsNotSold()
    {
        await using var shop = await Shop.OpenAsync();
        await AddAsync(shop, "g-2", creator: "k-2");

        var reply = await shop.Platform.Grains.GetGrain<IOfferGrain>("o-one").CreateAsync(
            OneOff(shop, "o-one", "content:c-1") with { Seller = new(new("k-1"), new("g-2")) }, CancellationToken.None);

        Assert.Equal(CreateOutcome.Mismatch, reply.Outcome);
        Assert.Contains("g-1", reply.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfferThatWasWrittenBeforeStaysAndSharesWithWhomItOwes()
    {
        await using var shop = await Shop.OpenAsync();
        await AddAsync(shop, "g-2", creator: "k-2");
        var old = OneOff(shop, "o-old", "content:c-1") with { Seller = new(new("k-1"), new("g-2")) };
        await shop.Books.CommitAsync(
            new("old", shop.Time.GetUtcNow(), "offer", [], [new(new(BookKeys.Offer, "o-old"), 0, BookJson.Write(old))]),
            CancellationToken.None);

        var order = await shop.OrderAsync("o-old");
        var kept = await shop.Platform.Grains.GetGrain<IOfferGrain>("o-old").GetAsync();

        Assert.Equal(OrderState.Paid, order.Order!.Order.State);
        Assert.Equal("g-2", kept!.Seller.Community?.Value);
        Assert.Equal((500, 0), (await shop.BalanceAsync("community:g-1"), await shop.BalanceAsync("community:g-2")));
    }

    [Fact]
    public async Task MembershipOfAllThatIsHersIsSharedByAllCommunitiesInWhichSheWorksAlsoWhenItRenews()
    {
        await using var shop = await Shop.OpenAsync();
        await AddAsync(shop, "g-2", creator: "k-1");
        await shop.SellAsync(
            shop.NewOffer("o-pro", OfferKind.Subscription, new(10_000, "CNY")) with { Seller = Alone });

        var subscription = await shop.SubscribeAsync("o-pro");
        shop.Time.MoveTo(subscription.PeriodEnd);
        await shop.LookAsync(subscription.Id);

        Assert.Equal(2, shop.Cards.Taken.Count);
        Assert.Equal((500, 500), (await shop.BalanceAsync("community:g-1"), await shop.BalanceAsync("community:g-2")));
        Assert.Equal(17_000, await shop.BalanceAsync("creator:k-1"));
    }

    [Fact]
    public async Task PartsOfABundleAreSharedWhereEachIsAndTheBundlesOwnWithTheFirst()
    {
        await using var shop = await Shop.OpenAsync();
        await AddAsync(shop, "g-2", creator: "k-1");
        await shop.SellAsync(OneOff(shop, "o-a", "content:c-1") with { Seller = Alone });
        await shop.SellAsync(OneOff(shop, "o-b", "content:c-1") with { Seller = Alone });
        await shop.SellAsync(OneOff(shop, "o-all", "content:c-g-2") with
        {
            Seller = Alone, Kind = OfferKind.Bundle, Items = [new("o-a"), new("o-b")],
        });

        await shop.OrderAsync("o-all");

        Assert.Equal((375, 125), (await shop.BalanceAsync("community:g-1"), await shop.BalanceAsync("community:g-2")));
    }

    [Fact]
    public void CommunityPartIsDividedToTheMinorUnit()
    {
        var shares = SaleShares.Of(9_999, Alone, [new("g-1"), new("g-2"), new("g-3")], ShareTerms.Usual, new("u-9"));

        Assert.Equal(9_999, shares.Sum(share => share.Amount));
        Assert.Equal(500, shares.Where(share => share.Account.StartsWith("community:", StringComparison.Ordinal))
            .Sum(share => share.Amount));
        Assert.Equal(6, shares.Length);
    }

    private static Offer OneOff(Shop shop, string id, params string[] opens) =>
        shop.NewOffer(id, OfferKind.OneOff, new(10_000, "CNY")) with
        {
            Grants = [.. opens.Select(each => new Grant(each))],
        };

    /// <summary>A community, and a content of that creator in it.</summary>
    private static async Task AddAsync(Shop shop, string community, string creator)
    {
        var grains = shop.Platform.Grains;
        await grains.GetGrain<ICommunityGrain>(community).CreateAsync(
            new() { Id = new(community), Name = new() { En = community } }, CancellationToken.None);
        await grains.GetGrain<ICreatorGrain>(creator).CreateAsync(
            new() { Id = new(creator), Name = new() { En = "Creator" } }, CancellationToken.None);
        await grains.GetGrain<IContentGrain>($"c-{community}").CreateAsync(
            new()
            {
                Id = new($"c-{community}"),
                ContentKind = ContentKind.Course,
                Creator = new(creator),
                Community = new(community),
                Title = new() { En = "Elsewhere" },
            },
            CancellationToken.None);
    }
}
