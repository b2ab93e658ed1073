using System.Text.Json.Serialization;
using Engage.Contracts.Catalogue;
using Orleans.Concurrency;

namespace Engage.Contracts.Commerce.Plans;

/// <summary>docs/protocol.md, "Quotes", has what follows what.</summary>
[GenerateSerializer, Alias("engage.quote-state")]
public enum QuoteState
{
    Asked = 1,
    Offered = 2,

    /// <summary>Paid for; the money is held.</summary>
    Accepted = 3,
    Delivered = 4,

    /// <summary>The buyer is content, or said nothing for a week: the money is the seller's. Final.</summary>
    Approved = 5,
    Disputed = 6,

    /// <summary>An operator decided. Final.</summary>
    Settled = 7,
    Declined = 8,
}

/// <summary>
/// Work for one person: asked for, priced, paid into custody, delivered, paid out. Texts are sealed where they are
/// stored, each with the key of whoever wrote it.
/// </summary>
[GenerateSerializer, Immutable, Alias("engage.quote")]
public sealed record Quote
{
    public const int TextLengthMax = 4_000;

    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required CreatorId Creator { get; init; }
    [Id(2)] public required UserId Buyer { get; init; }
    [Id(3)] public required QuoteState State { get; init; }
    [Id(4)] public required QuoteText Asked { get; init; }
    [Id(5)] public QuoteText? Offered { get; init; }
    [Id(6)] public Money? Price { get; init; }
    [Id(7)] public DateTimeOffset? Due { get; init; }
    [Id(8)] public DateTimeOffset? ValidUntil { get; init; }
    [Id(9)] public QuoteText? Delivered { get; init; }
    [Id(10)] public QuoteText? Disputed { get; init; }

    /// <summary>Payments that were refused; the next one's order is named by their number.</summary>
    [Id(11)] public int Attempts { get; init; }

    /// <summary>The order that is, or was last, to pay for it.</summary>
    [Id(12)] public OrderId? Order { get; init; }

    /// <summary>What the money became when it was let go, and what was taken back of it since.</summary>
    [Id(13)] public OrderShare[] Shares { get; init => field = value ?? []; } = [];

    /// <summary>What an operator gave back to the buyer; null: nobody had to decide.</summary>
    [Id(14)] public long? GivenBack { get; init; }

    /// <summary>Where the money waits.</summary>
    [JsonIgnore]
    public string Custody => SubjectOf(Id);

    [JsonIgnore]
    public bool IsPaidOut => Shares.Length > 0;

    /// <summary>How long a delivery waits to be looked at before it counts as approved.</summary>
    public static readonly TimeSpan ApprovalTime = TimeSpan.FromDays(7);

    private const string SubjectPrefix = "quote:";

    public static string SubjectOf(string id) => SubjectPrefix + id;

    /// <returns>The quote's id; null if the subject is something else.</returns>
    public static string? IdIn(string? subject) =>
        subject?.StartsWith(SubjectPrefix, StringComparison.Ordinal) == true ? subject[SubjectPrefix.Length..] : null;
}

/// <param name="Text">Null: nobody can read it any more.</param>
[GenerateSerializer, Immutable, Alias("engage.quote-text")]
public sealed record QuoteText(
    [property: Id(0)] UserId By, [property: Id(1)] string? Text, [property: Id(2)] DateTimeOffset At);

/// <summary>One quote; the key is its id. Who may call is for the caller to know.</summary>
[Alias("engage.IQuoteGrain")]
public interface IQuoteGrain : IGrainWithStringKey
{
    /// <summary>Asking again for the same is harmless.</summary>
    [Alias("AskAsync")]
    Task<QuoteReply> AskAsync(UserId buyer, CreatorId creator, string text);

    /// <returns>Null if there is none.</returns>
    [AlwaysInterleave, Alias("GetAsync")]
    Task<Quote?> GetAsync();

    /// <param name="text">What is offered.</param>
    [Alias("OfferAsync")]
    Task<QuoteReply> OfferAsync(UserId by, Money price, string text, DateTimeOffset due, DateTimeOffset? validUntil);

    /// <summary>Pays for it. Whatever is called twice, it is paid once.</summary>
    [Alias("AcceptAsync")]
    Task<OrderReply> AcceptAsync(PayRequest pay);

    [Alias("DeclineAsync")]
    Task<QuoteReply> DeclineAsync();

    [Alias("DeliverAsync")]
    Task<QuoteReply> DeliverAsync(UserId by, string text);

    [Alias("ApproveAsync")]
    Task<QuoteReply> ApproveAsync();

    [Alias("DisputeAsync")]
    Task<QuoteReply> DisputeAsync(string text);

    /// <param name="refund">Minor units that the buyer gets back, 0 to the price; the rest is the seller's.</param>
    [Alias("SettleAsync")]
    Task<QuoteReply> SettleAsync(long refund);

    /// <summary>Ids follow from who asks and the key of the request.</summary>
    static string IdOf(UserId buyer, string key) => $"q-{OrderId.Of(buyer, "quote:" + key).Value[2..]}";
}

[GenerateSerializer, Immutable, Alias("engage.quote-reply")]
public sealed record QuoteReply([property: Id(0)] Quote? Quote, [property: Id(1)] CommerceRefusal? Refusal);
