using System.Text.Json.Serialization;
using Engage.Contracts.Catalogue;

namespace Engage.Contracts.Commerce;

[GenerateSerializer, Alias("engage.offer-kind")]
public enum OfferKind
{
    /// <summary>Bought once.</summary>
    OneOff = 1,

    /// <summary>Paid again every interval, until it is cancelled.</summary>
    Subscription = 2,

    /// <summary>A subscription among several of one seller, of which a person has one at a time.</summary>
    Tier = 3,

    /// <summary>Credits, each of which opens the granted resources once.</summary>
    PerUse = 4,

    /// <summary>Several offers at one price.</summary>
    Bundle = 5,

    /// <summary>Asked for, priced and delivered for one person.</summary>
    Quote = 6,
}

[GenerateSerializer, Alias("engage.billing-interval")]
public enum BillingInterval
{
    Month = 1,
    Year = 2,
}

/// <summary>Something for sale, at what price, by whom, and what it opens.</summary>
[GenerateSerializer, Immutable, Alias("engage.offer")]
public sealed record Offer
{
    [Id(0)] public required OfferId Id { get; init; }
    [Id(1)] public required OfferKind Kind { get; init; }
    [Id(2)] public required Seller Seller { get; init; }
    [Id(3)] public required LocalizedText Title { get; init; }
    [Id(4)] public LocalizedText? Description { get; init; }

    /// <summary>What a buyer may enter or open afterwards.</summary>
    [Id(5)] public Grant[] Grants { get; init => field = value ?? []; } = [];

    /// <summary>In order of <see cref="PriceChange.From"/>; what was once asked stays in it.</summary>
    [Id(6)] public PriceChange[] Prices { get; init => field = value ?? []; } = [];

    /// <summary>Subscriptions and tiers.</summary>
    [Id(7)] public BillingInterval? Interval { get; init; }

    /// <summary>Days before the first payment of a subscription, once per person and offer; 0: none.</summary>
    [Id(8)] public int TrialDays { get; init; }

    /// <summary>Pay per use: how many credits one purchase gives.</summary>
    [Id(9)] public int Credits { get; init; }

    /// <summary>Bundles: the offers in it.</summary>
    [Id(10)] public OfferId[] Items { get; init => field = value ?? []; } = [];

    /// <summary>False: withdrawn from sale. What was sold stays sold.</summary>
    [Id(11)] public bool Active { get; init; } = true;

    /// <summary>Null: the platform's usual ones.</summary>
    [Id(12)] public ShareTerms? Shares { get; init; }

    [Id(13)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Subscriptions and tiers: what a member has besides what it opens; null: nothing.</summary>
    [Id(14)] public MemberBenefits? Benefits { get; init; }

    /// <returns>What it costs at that time; null before its first price.</returns>
    public Money? PriceAt(DateTimeOffset at)
    {
        Money? price = null;
        foreach (var change in Prices)
            if (change.From <= at)
                price = change.Price;
        return price;
    }
}

/// <summary>What membership is good for besides what it opens, with all that its seller sells or does.</summary>
/// <param name="DiscountPercent">Off everything else that she sells and that is not paid by period: 0 to 90.</param>
/// <param name="PointsPercent">Of the usual points for what a member does there: 100 to 500.</param>
[GenerateSerializer, Immutable, Alias("engage.member-benefits")]
public sealed record MemberBenefits(
    [property: Id(0)] int DiscountPercent = 0, [property: Id(1)] int PointsPercent = 100);

/// <summary>Whose income a sale is: a creator's, in whose community it happens, or a community's own.</summary>
[GenerateSerializer, Immutable, Alias("engage.seller")]
public sealed record Seller(
    [property: Id(0)] CreatorId? Creator = null, [property: Id(1)] CommunityId? Community = null);

[GenerateSerializer, Immutable, Alias("engage.price-change")]
public sealed record PriceChange([property: Id(0)] DateTimeOffset From, [property: Id(1)] Money Price);

/// <param name="Scope">What it opens; see <see cref="Scopes"/>.</param>
/// <param name="Days">How long from the purchase on; null: for ever, or as long as a subscription is paid.</param>
[GenerateSerializer, Immutable, Alias("engage.grant")]
public sealed record Grant([property: Id(0)] string Scope, [property: Id(1)] int? Days = null);

/// <summary>Parts of what is paid, in basis points (1/10,000); what is left is the seller's.</summary>
/// <param name="Affiliate">Of sales that somebody referred; taken out of the seller's part.</param>
[GenerateSerializer, Immutable, Alias("engage.share-terms")]
public sealed record ShareTerms(
    [property: Id(0)] int Platform, [property: Id(1)] int Community, [property: Id(2)] int Affiliate = 0)
{
    public static readonly ShareTerms Usual = new(1_000, 500, 1_000);

    /// <summary>Whether platform or community get less than usual: that is not the seller's to decide.</summary>
    [JsonIgnore]
    public bool TakesFromOthers => Platform < Usual.Platform || Community < Usual.Community;
}

/// <summary>Names of what can be opened: <c>content:c-1</c>, <c>room:r-1</c>, <c>creator:k-1</c> (all that is hers),
/// <c>community:g-1</c> (all that is in it), <c>tier:…</c> (what a membership tier says).</summary>
public static class Scopes
{
    public static readonly string[] Kinds = ["content", "room", "creator", "community", "tier"];

    public static string Of(ContentId content) => $"content:{content.Value}";
    public static string Of(RoomId room) => $"room:{room.Value}";
    public static string Of(CreatorId creator) => $"creator:{creator.Value}";
    public static string Of(CommunityId community) => $"community:{community.Value}";

    /// <returns>Kind and id; null if it names nothing that can be opened.</returns>
    public static (string Kind, string Id)? Parse(string? scope)
    {
        var colon = scope?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon <= 0) return null;
        var (kind, id) = (scope![..colon], scope[(colon + 1)..]);
        return Kinds.Contains(kind) && IdText.IsValid(id) ? (kind, id) : null;
    }
}
