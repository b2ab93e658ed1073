using Engage.Contracts.Catalogue;

namespace Engage.Contracts.Commerce;

/// <summary>docs/protocol.md, "Commerce", has the table of what follows what.</summary>
[GenerateSerializer, Alias("engage.order-state")]
public enum OrderState
{
    /// <summary>Written down, not known to be paid.</summary>
    Pending = 1,
    Paid = 2,
    PartlyRefunded = 3,
    Refunded = 4,

    /// <summary>The payment was refused. Final.</summary>
    Failed = 5,

    /// <summary>By the buyer, before it was paid. Final: money that comes all the same goes back.</summary>
    Cancelled = 6,

    /// <summary>Nobody learned in time that it was paid. Final: money that comes all the same goes back.</summary>
    Expired = 7,
}

[GenerateSerializer, Alias("engage.order-kind")]
public enum OrderKind
{
    Sale = 1,
    TopUp = 2,
    Tip = 3,

    /// <summary>A further period of a subscription.</summary>
    Renewal = 4,
    Quote = 5,
}

/// <summary>
/// What somebody ordered, with prices, shares and grants as they were agreed: whatever becomes of the offer later, the
/// order stays as it is. Amounts are minor units of <see cref="Currency"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("engage.order")]
public sealed record Order
{
    [Id(0)] public required OrderId Id { get; init; }
    [Id(1)] public required OrderKind Kind { get; init; }
    [Id(2)] public required UserId Buyer { get; init; }
    [Id(3)] public required OrderState State { get; init; }

    /// <summary>SHA-256 of the request, by which another request under the same key is told apart.</summary>
    [Id(4)] public required string Fingerprint { get; init; }

    [Id(5)] public OfferId? Offer { get; init; }
    [Id(6)] public int Quantity { get; init; } = 1;
    [Id(7)] public required string Currency { get; init; }

    /// <summary>What it costs: the sum of its lines, and of its sources.</summary>
    [Id(8)] public required long Total { get; init; }

    [Id(9)] public OrderLine[] Lines { get; init; } = [];

    /// <summary>Where the money comes from; empty for what costs nothing.</summary>
    [Id(10)] public OrderSource[] Sources { get; init; } = [];

    [Id(11)] public Discount? Discount { get; init; }

    /// <summary>Who gets the entitlements; null: the buyer.</summary>
    [Id(12)] public UserId? Recipient { get; init; }

    /// <summary>A gift that waits to be claimed: paying it gives no entitlement yet.</summary>
    [Id(13)] public bool Held { get; init; }

    /// <summary>What it belongs to, such as <c>subscription:s-1</c>; null: nothing.</summary>
    [Id(14)] public string? Subject { get; init; }

    /// <summary>
    /// Written with the payment besides the money, such as the use of a coupon. Not undone by a refund.
    /// </summary>
    [Id(15)] public LedgerLine[] Extras { get; init; } = [];

    [Id(16)] public DateTimeOffset CreatedAt { get; init; }
    [Id(17)] public DateTimeOffset? PaidAt { get; init; }

    /// <summary>When a payment that is still not known is given up.</summary>
    [Id(18)] public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What was given back so far.</summary>
    [Id(19)] public long Refunded { get; init; }
    [Id(20)] public Refund[] Refunds { get; init; } = [];
    [Id(21)] public Failure? Failure { get; init; }

    /// <summary>The buyer asked for her money back: nobody has answered yet, or it was declined.</summary>
    [Id(22)] public RefundAsk? Asked { get; init; }

    /// <summary>Who referred the buyer; null: nobody.</summary>
    [Id(23)] public UserId? Referral { get; init; }

    /// <summary>What the card's bank took back of it, as far as it is booked.</summary>
    [Id(24)] public long ChargedBack { get; init; }

    /// <summary>What she paid less as a member; null: nothing.</summary>
    [Id(25)] public MemberDiscount? Member { get; init; }
}

/// <param name="Number">From 1 within its order; with the order's id it names an entitlement.</param>
/// <param name="Price">Before a discount.</param>
/// <param name="Amount">What is paid for it; the sum of its shares.</param>
/// <param name="Refunded">Of the amount; when all of it is, its entitlements end.</param>
[GenerateSerializer, Immutable, Alias("engage.order-line")]
public sealed record OrderLine(
    [property: Id(0)] int Number,
    [property: Id(1)] LocalizedText Title,
    [property: Id(2)] OfferId? Offer,
    [property: Id(3)] int Quantity,
    [property: Id(4)] long Price,
    [property: Id(5)] long Amount,
    [property: Id(6)] OrderShare[] Shares,
    [property: Id(7)] Grant[] Grants,
    [property: Id(8)] Seller? Seller = null,
    [property: Id(9)] long Refunded = 0);

/// <param name="Account">Whose part of a line it is; see <see cref="LedgerAccounts"/>.</param>
/// <param name="Reversed">Of the amount, by refunds.</param>
[GenerateSerializer, Immutable, Alias("engage.order-share")]
public sealed record OrderShare(
    [property: Id(0)] string Account, [property: Id(1)] long Amount, [property: Id(2)] long Reversed = 0);

[GenerateSerializer, Alias("engage.payment-method")]
public enum PaymentMethod
{
    Free = 1,
    Wallet = 2,
    Card = 3,

    /// <summary>Part of a payment by another method.</summary>
    Points = 4,
}

/// <param name="Amount">In the order's currency.</param>
/// <param name="Returned">Of the amount, by refunds.</param>
/// <param name="Points">What the amount was bought with, where the method is points.</param>
/// <param name="PointsReturned">Of the points, by refunds.</param>
[GenerateSerializer, Immutable, Alias("engage.order-source")]
public sealed record OrderSource(
    [property: Id(0)] PaymentMethod Method,
    [property: Id(1)] long Amount,
    [property: Id(2)] long Returned = 0,
    [property: Id(3)] long Points = 0,
    [property: Id(4)] long PointsReturned = 0);

/// <param name="Amount">What it took off the order.</param>
[GenerateSerializer, Immutable, Alias("engage.discount")]
public sealed record Discount([property: Id(0)] string Coupon, [property: Id(1)] long Amount);

/// <param name="Membership">Which one; of several the last that took something off.</param>
/// <param name="Amount">What it took off the order, before a coupon.</param>
[GenerateSerializer, Immutable, Alias("engage.member-discount")]
public sealed record MemberDiscount([property: Id(0)] LocalizedText Membership, [property: Id(1)] long Amount);

/// <param name="Floor">What the account's balance must not fall below by it; null: it may.</param>
[GenerateSerializer, Immutable, Alias("engage.ledger-line")]
public sealed record LedgerLine(
    [property: Id(0)] string Account,
    [property: Id(1)] string Unit,
    [property: Id(2)] long Amount,
    [property: Id(3)] long? Floor = null);

/// <param name="Code">Such as <c>declined</c> or <c>insufficient-funds</c>.</param>
[GenerateSerializer, Immutable, Alias("engage.failure")]
public sealed record Failure([property: Id(0)] string Code, [property: Id(1)] string Detail);

[GenerateSerializer, Alias("engage.refund-state")]
public enum RefundState
{
    /// <summary>Booked; the provider has not confirmed yet that it sent the money back.</summary>
    Sending = 1,
    Done = 2,
}

/// <param name="Number">From 1 within its order.</param>
/// <param name="Card">Part of the amount that goes back to a card.</param>
/// <param name="By">Null: the platform, for money that came too late, or nobody here.</param>
/// <param name="Chargeback">The card's bank took it back; nothing is to be sent.</param>
[GenerateSerializer, Immutable, Alias("engage.refund")]
public sealed record Refund(
    [property: Id(0)] int Number,
    [property: Id(1)] long Amount,
    [property: Id(2)] long Card,
    [property: Id(3)] RefundState State,
    [property: Id(4)] DateTimeOffset At,
    [property: Id(5)] UserId? By,
    [property: Id(6)] string? Key = null,
    [property: Id(7)] bool Chargeback = false);

/// <param name="Reason">What the buyer wrote, sealed with her key.</param>
/// <param name="Because">Why somebody has to decide; null: it was asked before that was noted.</param>
/// <param name="Line">Of which line; null: of all alike.</param>
/// <param name="DeclinedAt">When whoever sells decided against it; null: nobody has.</param>
[GenerateSerializer, Immutable, Alias("engage.refund-ask")]
public sealed record RefundAsk(
    [property: Id(0)] long Amount,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string? Reason,
    [property: Id(3)] RefundAskReason? Because = null,
    [property: Id(4)] DateTimeOffset? DeclinedAt = null,
    [property: Id(5)] int? Line = null);
