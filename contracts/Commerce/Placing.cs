using Engage.Contracts.Catalogue;

namespace Engage.Contracts.Commerce;

/// <summary>What a buyer asks for: the body of <c>POST /v1/orders</c>.</summary>
[GenerateSerializer, Immutable, Alias("engage.order-request")]
public sealed record OrderRequest
{
    public const int QuantityMax = 1_000;
    public const int IdempotencyKeyLengthMax = 128;

    [Id(0)] public required OfferId Offer { get; init; }
    [Id(1)] public int Quantity { get; init; } = 1;
    [Id(2)] public string? Coupon { get; init; }
    [Id(3)] public GiftRequest? Gift { get; init; }

    /// <summary>Who brought the buyer here.</summary>
    [Id(4)] public UserId? Referral { get; init; }
    [Id(5)] public required PayRequest Pay { get; init; }
}

/// <param name="To">Whom it is for, in the giver's words; null: whoever she gives the code.</param>
/// <param name="Addressee">The blind index of a user name or verified mail address: whose account has it, and nobody
/// else, takes the gift. Null: whoever has the code.</param>
[GenerateSerializer, Immutable, Alias("engage.gift-request")]
public sealed record GiftRequest(
    [property: Id(0)] string? To = null,
    [property: Id(1)] string? Message = null,
    [property: Id(2)] string? Addressee = null);

/// <param name="Method">How what points do not pay is paid.</param>
/// <param name="Token">The provider's name for a card; never a card's number.</param>
/// <param name="Points">How many points to use.</param>
/// <param name="Expected">What the buyer was shown as due now, after coupon and points: where it is another amount by
/// now, nothing is ordered. Null: whatever it costs.</param>
[GenerateSerializer, Immutable, Alias("engage.pay-request")]
public sealed record PayRequest(
    [property: Id(0)] PaymentMethod Method,
    [property: Id(1)] string? Token = null,
    [property: Id(2)] long Points = 0,
    [property: Id(3)] Money? Expected = null);

/// <summary>
/// What becomes an order: either a request, which the order's actor prices, or what another actor has priced already
/// (renewals, tips, quotes, top-ups).
/// </summary>
/// <param name="Fingerprint">Of what was asked for: the same key with another one is refused.</param>
[GenerateSerializer, Immutable, Alias("engage.place-order")]
public sealed record PlaceOrder(
    [property: Id(0)] UserId Buyer,
    [property: Id(1)] string Fingerprint,
    [property: Id(2)] OrderRequest? Request,
    [property: Id(3)] OrderDraft? Draft = null);

/// <summary>A priced order before it is placed; members as in <see cref="Order"/>.</summary>
[GenerateSerializer, Immutable, Alias("engage.order-draft")]
public sealed record OrderDraft
{
    [Id(0)] public required OrderKind Kind { get; init; }
    [Id(1)] public required string Currency { get; init; }
    [Id(2)] public required OrderLine[] Lines { get; init; }
    [Id(3)] public required OrderSource[] Sources { get; init; }

    /// <summary>For a card.</summary>
    [Id(4)] public string? Token { get; init; }
    [Id(5)] public OfferId? Offer { get; init; }
    [Id(6)] public int Quantity { get; init; } = 1;
    [Id(7)] public Discount? Discount { get; init; }
    [Id(8)] public UserId? Recipient { get; init; }
    [Id(9)] public bool Held { get; init; }
    [Id(10)] public string? Subject { get; init; }
    [Id(11)] public LedgerLine[] Extras { get; init; } = [];
    [Id(12)] public UserId? Referral { get; init; }
    [Id(13)] public MemberDiscount? Member { get; init; }
}

/// <param name="Problem">A name of docs/protocol.md, "Errors".</param>
/// <param name="Detail">What, which id, expected, actual, way out: a sentence for people, in English.</param>
/// <param name="Expected">What the buyer was shown, where that is what stands in the way.</param>
/// <param name="Actual">What it is now.</param>
[GenerateSerializer, Immutable, Alias("engage.commerce-refusal")]
public sealed record CommerceRefusal(
    [property: Id(0)] string Problem,
    [property: Id(1)] string Detail,
    [property: Id(2)] Money? Expected = null,
    [property: Id(3)] Money? Actual = null)
{
    /// <summary>Nothing is charged that the buyer was not shown.</summary>
    /// <param name="expected">What she was shown; null: she takes any price.</param>
    /// <param name="actual">What is due now.</param>
    /// <param name="what">What she buys, such as <c>Offer 'f-1'</c>.</param>
    /// <param name="because">A sentence on why it is another amount, where that is known.</param>
    /// <returns>Null if it is what she was shown.</returns>
    public static CommerceRefusal? IfPriceChanged(Money? expected, Money actual, string what, string? because = null) =>
        expected is not { } shown || shown == actual
            ? null
            : new(
                "price-changed",
                $"{what}: expected {shown.MinorUnits} {shown.Currency} to be due, it is {actual.MinorUnits} "
                + $"{actual.Currency} now; nothing was ordered. {because}".TrimEnd(),
                shown, actual);
}

/// <param name="Order">Null where it was refused.</param>
/// <param name="Replayed">The same request had been answered before; nothing was done now.</param>
[GenerateSerializer, Immutable, Alias("engage.order-reply")]
public sealed record OrderReply(
    [property: Id(0)] OrderView? Order, [property: Id(1)] bool Replayed, [property: Id(2)] CommerceRefusal? Refusal)
{
    public static OrderReply Refused(string problem, string detail) => new(null, false, new(problem, detail));
}

/// <param name="Invoice">Its number; null before it is paid.</param>
[GenerateSerializer, Immutable, Alias("engage.order-view")]
public sealed record OrderView(
    [property: Id(0)] Order Order, [property: Id(1)] Payment Payment, [property: Id(2)] long? Invoice);

/// <param name="Amount">Null: all that is left.</param>
/// <param name="Line">Null: of all lines alike.</param>
/// <param name="Key">The caller's own name of this one refund: the same is done once. Null: a refund of all that is
/// left, which cannot happen twice.</param>
/// <param name="Covered">Whether those who earned the money must still have it: what a seller took out already, only
/// the platform gives back.</param>
[GenerateSerializer, Immutable, Alias("engage.refund-request")]
public sealed record RefundRequest(
    [property: Id(0)] UserId? By,
    [property: Id(1)] long? Amount = null,
    [property: Id(2)] int? Line = null,
    [property: Id(3)] string? Reason = null,
    [property: Id(4)] string? Key = null,
    [property: Id(5)] bool Covered = false);

/// <summary>What the provider says about a charge that carries an order's id.</summary>
/// <param name="Event">The webhook's own id.</param>
/// <param name="Refund">Number of the refund it is about; null: the charge itself.</param>
[GenerateSerializer, Immutable, Alias("engage.provider-notice")]
public sealed record ProviderNotice([property: Id(0)] string Event, [property: Id(1)] int? Refund);
