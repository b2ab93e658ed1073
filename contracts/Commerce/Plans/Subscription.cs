using System.Text.Json.Serialization;
using Engage.Contracts.Catalogue;
using Orleans.Concurrency;

namespace Engage.Contracts.Commerce.Plans;

[GenerateSerializer, Alias("engage.subscription-state")]
public enum SubscriptionState
{
    Trialing = 1,
    Active = 2,

    /// <summary>A renewal was not paid; still entitled, until the grace period ends.</summary>
    PastDue = 3,
    Ended = 4,
}

/// <summary>
/// One person's subscription of one offer, as it was agreed: it keeps price and grants of the day it began.
/// </summary>
[GenerateSerializer, Immutable, Alias("engage.subscription")]
public sealed record Subscription
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required UserId Buyer { get; init; }
    [Id(2)] public required OfferId Offer { get; init; }
    [Id(3)] public required LocalizedText Title { get; init; }
    [Id(4)] public required SubscriptionState State { get; init; }
    [Id(5)] public required Money Price { get; init; }
    [Id(6)] public required BillingInterval Interval { get; init; }
    [Id(7)] public required Seller Seller { get; init; }
    [Id(8)] public required Grant[] Grants { get; init; }

    /// <summary>Its first order, after which it is named.</summary>
    [Id(9)] public required OrderId Order { get; init; }

    /// <summary>The first moment of period <see cref="AnchorPeriod"/>, from which all later ones are counted.</summary>
    [Id(10)] public required DateTimeOffset Anchor { get; init; }
    [Id(11)] public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Number of the period that is paid for: 0 for the trial, 1 for the first paid one.</summary>
    [Id(12)] public int Period { get; init; }
    [Id(13)] public DateTimeOffset PeriodStart { get; init; }
    [Id(14)] public DateTimeOffset PeriodEnd { get; init; }
    [Id(15)] public bool CancelAtPeriodEnd { get; init; }
    [Id(16)] public PaymentMethod Method { get; init; }

    /// <summary>Of a card, sealed with the buyer's key.</summary>
    [Id(17)] public string? Token { get; init; }

    /// <summary>Charges of the next period that were refused.</summary>
    [Id(18)] public int Attempts { get; init; }
    [Id(19)] public DateTimeOffset? NextAttemptAt { get; init; }
    [Id(20)] public DateTimeOffset? EndedAt { get; init; }
    [Id(21)] public OrderId LastOrder { get; init; }

    /// <summary>A later price, and when the subscriber was told of it.</summary>
    [Id(22)] public ToldPrice? PriceChange { get; init; }
    [Id(23)] public bool IsTier { get; init; }
    [Id(24)] public required ShareTerms Shares { get; init; }

    /// <summary>1, unless a renewal was paid so late that periods are counted anew since.</summary>
    [Id(25)] public int AnchorPeriod { get; init; } = 1;
    [Id(26)] public MemberBenefits? Benefits { get; init; }

    private const string SubjectPrefix = "subscription:";

    [JsonIgnore]
    public bool IsLive => State is SubscriptionState.Trialing or SubscriptionState.Active or SubscriptionState.PastDue;

    /// <summary>What its orders and entitlements name.</summary>
    [JsonIgnore]
    public string Subject => SubjectOf(Id);

    /// <summary>Until when it entitles: through the grace period, unless it is to end with what is paid.</summary>
    [JsonIgnore]
    public DateTimeOffset EntitledUntil => EndedAt ?? (CancelAtPeriodEnd ? PeriodEnd : GraceUntil);

    [JsonIgnore]
    public DateTimeOffset GraceUntil => PeriodEnd + Grace;

    /// <summary>How long after the end of a period its renewal may still be paid.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    /// <summary>A price reaches a subscriber no sooner than this after she was told of it.</summary>
    public static readonly TimeSpan PriceNotice = TimeSpan.FromDays(30);

    public static string SubjectOf(string id) => SubjectPrefix + id;

    /// <returns>The subscription's id; null if the subject is something else.</returns>
    public static string? IdIn(string? subject) =>
        subject?.StartsWith(SubjectPrefix, StringComparison.Ordinal) == true ? subject[SubjectPrefix.Length..] : null;

    /// <summary>Follows from its first order: the same request makes the same subscription.</summary>
    public static string IdOf(OrderId order) => $"s-{order.Value[2..]}";
}

/// <param name="From">The first renewal at the new price is the first after it.</param>
[GenerateSerializer, Immutable, Alias("engage.told-price")]
public sealed record ToldPrice(
    [property: Id(0)] Money Price, [property: Id(1)] DateTimeOffset From, [property: Id(2)] DateTimeOffset ToldAt);

/// <summary>One subscription; the key is its id. Renews by a durable reminder.</summary>
[Alias("engage.ISubscriptionGrain")]
public interface ISubscriptionGrain : IGrainWithStringKey
{
    /// <summary>One of its orders was paid, refused or given back: a durable reason to look soon.</summary>
    [AlwaysInterleave, Alias("NoticeAsync")]
    Task NoticeAsync();

    /// <summary>Does what is due: tells of a price, charges a period, ends it.</summary>
    [Alias("LookAsync")]
    Task LookAsync();

    /// <returns>Null if there is none.</returns>
    [AlwaysInterleave, Alias("GetAsync")]
    Task<Subscription?> GetAsync();

    [Alias("CancelAsync")]
    Task<SubscriptionReply> CancelAsync();

    [Alias("ResumeAsync")]
    Task<SubscriptionReply> ResumeAsync();

    /// <summary>Ends it now and takes away what it opened; for an erasure, or a refund of all.</summary>
    [Alias("EndAsync")]
    Task EndAsync();

    [Alias("PayWithAsync")]
    Task<SubscriptionReply> PayWithAsync(PayRequest pay);
}

[GenerateSerializer, Immutable, Alias("engage.subscription-reply")]
public sealed record SubscriptionReply(
    [property: Id(0)] Subscription? Subscription, [property: Id(1)] CommerceRefusal? Refusal);
