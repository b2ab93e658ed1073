using Engage.Contracts.Catalogue;
using Orleans.Concurrency;

namespace Engage.Contracts.Commerce.Plans;

/// <summary>What one person has, and does, besides plain orders; the key is her id.</summary>
[Alias("engage.IPatronGrain")]
public interface IPatronGrain : IGrainWithStringKey
{
    /// <returns>Newest first, at most 100.</returns>
    [AlwaysInterleave, Alias("SubscriptionsAsync")]
    Task<Subscription[]> SubscriptionsAsync();

    /// <summary>What is left of offers that are paid per use.</summary>
    [AlwaysInterleave, Alias("CreditsAsync")]
    Task<CreditsLeft[]> CreditsAsync();

    /// <summary>
    /// One credit opens the resource for <see cref="CreditLifetime"/>; open already, nothing is taken.
    /// </summary>
    /// <param name="key">Her own name of this one intention.</param>
    [Alias("UseCreditAsync")]
    Task<CreditReply> UseCreditAsync(OfferId offer, string resource, string key);

    /// <returns>Given and received, newest first, at most 100 of each.</returns>
    [AlwaysInterleave, Alias("GiftsAsync")]
    Task<Gift[]> GiftsAsync();

    /// <summary>What referred orders earned her.</summary>
    [AlwaysInterleave, Alias("AffiliateAsync")]
    Task<Money[]> AffiliateAsync();

    /// <returns>What she asked for, newest first, at most 100.</returns>
    [AlwaysInterleave, Alias("QuotesAsync")]
    Task<Quote[]> QuotesAsync();

    [AlwaysInterleave, Alias("TipAsync")]
    Task<OrderReply> TipAsync(TipRequest tip);

    static readonly TimeSpan CreditLifetime = TimeSpan.FromHours(48);
}

[GenerateSerializer, Immutable, Alias("engage.credits-left")]
public sealed record CreditsLeft(
    [property: Id(0)] OfferId Offer, [property: Id(1)] LocalizedText? Title, [property: Id(2)] long Left);

/// <param name="Until">When what was opened closes again.</param>
[GenerateSerializer, Immutable, Alias("engage.credit-reply")]
public sealed record CreditReply(
    [property: Id(0)] long Left, [property: Id(1)] DateTimeOffset? Until, [property: Id(2)] CommerceRefusal? Refusal);

/// <param name="Key">The tipper's own name of this one intention.</param>
/// <param name="Fingerprint">Of what was asked for.</param>
/// <param name="Room">Where it was given, if it is one of the creator's: its community has its share.</param>
/// <param name="Message">To the creator, at most <see cref="MessageLengthMax"/> characters.</param>
[GenerateSerializer, Immutable, Alias("engage.tip-request")]
public sealed record TipRequest(
    [property: Id(0)] string Key,
    [property: Id(1)] string Fingerprint,
    [property: Id(2)] CreatorId Creator,
    [property: Id(3)] Money Amount,
    [property: Id(4)] PayRequest Pay,
    [property: Id(5)] RoomId? Room = null,
    [property: Id(6)] string? Message = null)
{
    public const int MessageLengthMax = 400;
}

[GenerateSerializer, Alias("engage.gift-state")]
public enum GiftState
{
    Open = 1,
    Claimed = 2,

    /// <summary>Given back before or after it was claimed.</summary>
    Withdrawn = 3,
}

/// <summary>Something bought for somebody else, who takes it by its code.</summary>
[GenerateSerializer, Immutable, Alias("engage.gift")]
public sealed record Gift
{
    /// <summary>Begins the subject of an order that bought a gift; the code follows.</summary>
    public const string SubjectPrefix = "gift:";

    [Id(0)] public required string Code { get; init; }
    [Id(1)] public required OrderId Order { get; init; }
    [Id(2)] public required UserId From { get; init; }
    [Id(3)] public required OfferId Offer { get; init; }
    [Id(4)] public required LocalizedText Title { get; init; }
    [Id(5)] public required GiftState State { get; init; }

    /// <summary>Whom the giver named, and what she wrote; sealed with her key where it is stored.</summary>
    [Id(6)] public string? To { get; init; }
    [Id(7)] public string? Message { get; init; }
    [Id(8)] public UserId? ClaimedBy { get; init; }
    [Id(9)] public DateTimeOffset CreatedAt { get; init; }
    [Id(10)] public DateTimeOffset? ClaimedAt { get; init; }
    [Id(11)] public required Grant[] Grants { get; init; }

    /// <summary>
    /// The blind index of whose account alone may take it; null: whoever has the code. Gone once it is claimed.
    /// </summary>
    [Id(12)] public string? Addressee { get; init; }

    /// <summary>Whether there is the code of a gift in it.</summary>
    public static bool IsSubject(string? subject) =>
        subject?.StartsWith(SubjectPrefix, StringComparison.Ordinal) == true;
}

/// <summary>One gift; the key is its code.</summary>
[Alias("engage.IGiftGrain")]
public interface IGiftGrain : IGrainWithStringKey
{
    /// <summary>
    /// Opens what was given to whoever comes first, or to her whom it is for; again by the same person: the same
    /// answer.
    /// </summary>
    [Alias("ClaimAsync")]
    Task<GiftReply> ClaimAsync(UserId user);
}

[GenerateSerializer, Immutable, Alias("engage.gift-reply")]
public sealed record GiftReply([property: Id(0)] Gift? Gift, [property: Id(1)] CommerceRefusal? Refusal);
