using Engage.Contracts.Accounts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;

namespace Engage.Grains.Tests.Plans;

public sealed class AddressedGiftTests
{
    [Fact]
    public async Task GiftForOneAloneIsTakenByWhoeverHasTheNameAndByNobodyElse()
    {
        await using var shop = await OpenAsync();
        var gift = await GiveAsync(shop, new("Lin", "For you", "n-lin"));
        await shop.Platform.Grains.GetGrain<ISignInGrain>("n-lin").ClaimAsync(new("u-lin"));

        var stranger = await gift.ClaimAsync(new("u-eve"));
        var giver = await gift.ClaimAsync(Shop.Buyer);
        var hers = await gift.ClaimAsync(new("u-lin"));
        var late = await gift.ClaimAsync(new("u-eve"));

        Assert.Equal(("forbidden", "forbidden"), (stranger.Refusal?.Problem, giver.Refusal?.Problem));
        Assert.Equal(GiftState.Claimed, hers.Gift?.State);
        Assert.Equal("gift-claimed", late.Refusal?.Problem);
        // Whom it was for is kept no longer than it is needed.
        Assert.Null(hers.Gift!.Addressee);
        Assert.True(await shop.MayEnterAsync(user: "u-lin"));
    }

    /// <summary>The giver learns nothing: neither from the order nor by trying the code herself.</summary>
    [Fact]
    public async Task GiftForANameThatNobodyHasIsSoldAndRefusedAsAnyOther()
    {
        await using var shop = await OpenAsync();
        var known = await GiveAsync(shop, new("Lin", null, "n-lin"), "1");
        var unknown = await GiveAsync(shop, new("Nobody", null, "n-nobody"), "2");
        await shop.Platform.Grains.GetGrain<ISignInGrain>("n-lin").ClaimAsync(new("u-lin"));

        var (one, other) = (await known.ClaimAsync(Shop.Buyer), await unknown.ClaimAsync(Shop.Buyer));

        string Told(GiftReply reply, IGiftGrain gift) =>
            reply.Refusal!.Detail.Replace(gift.GetPrimaryKeyString(), "", StringComparison.Ordinal);
        Assert.Equal("forbidden", one.Refusal?.Problem);
        Assert.Equal(Told(one, known), Told(other, unknown));
    }

    [Fact]
    public async Task CodeHasMoreBitsThanAnybodyTries()
    {
        await using var shop = await OpenAsync();
        var gift = await GiveAsync(shop, new());

        var code = gift.GetPrimaryKeyString();
        var taken = await gift.ClaimAsync(new("u-eve"));

        Assert.Matches("^[a-km-np-z2-9]{26}$", code);
        Assert.Equal(GiftState.Claimed, taken.Gift?.State);
    }

    [Theory]
    [InlineData("u:u-eve", 3)]
    [InlineData("a:a-1", 5)]
    public async Task WrongCodesWaitAfterAFewAndARightOneClearsNoOthers(string key, int free)
    {
        await using var shop = await Shop.OpenAsync(
            ("Commerce:WrongCodesPerUser", "3"), ("Commerce:WrongCodesPerAddress", "5"));
        var guesses = shop.Platform.Grains.GetGrain<ICodeGuessesGrain>(key);

        for (var i = 0; i < free - 1; i++) Assert.Equal(TimeSpan.Zero, await guesses.TryAsync());
        await guesses.TryAsync();
        await guesses.RightAsync();
        var afterARightOne = await guesses.WaitAsync();
        var wrong = new List<TimeSpan>();
        for (var i = 0; i < 12; i++)
        {
            shop.Time.Advance(await guesses.WaitAsync());
            await guesses.TryAsync();
            wrong.Add(await guesses.WaitAsync());
        }

        Assert.Equal(TimeSpan.Zero, afterARightOne);
        Assert.InRange(wrong[^1], TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(15));
    }

    private static async Task<Shop> OpenAsync()
    {
        var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff) with { Grants = [new("content:c-1")] });
        return shop;
    }

    private static async Task<IGiftGrain> GiveAsync(Shop shop, GiftRequest gift, string key = "1")
    {
        var order = (await shop.OrderAsync(Shop.ByCard("o-one") with { Gift = gift }, key)).Order!.Order;
        return shop.Platform.Grains.GetGrain<IGiftGrain>(order.Subject!["gift:".Length..]);
    }
}
