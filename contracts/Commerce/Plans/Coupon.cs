using Engage.Contracts.Catalogue;
using Orleans.Concurrency;

namespace Engage.Contracts.Commerce.Plans;

/// <summary>Takes something off the price of a seller's offers.</summary>
[GenerateSerializer, Immutable, Alias("engage.coupon")]
public sealed record Coupon
{
    [Id(0)] public required string Code { get; init; }
    [Id(1)] public required Seller Seller { get; init; }

    /// <summary>1 to 100 of the price; null: an amount.</summary>
    [Id(2)] public int? Percent { get; init; }

    /// <summary>Off the price of one order, at most all of it; null: a share.</summary>
    [Id(3)] public Money? Amount { get; init; }

    /// <summary>Empty: all of the seller's.</summary>
    [Id(4)] public OfferId[] Offers { get; init => field = value ?? []; } = [];

    /// <summary>Orders that can take it; null: any number.</summary>
    [Id(5)] public long? Uses { get; init; }
    [Id(6)] public int PerUser { get; init; } = 1;
    [Id(7)] public DateTimeOffset? From { get; init; }

    /// <summary>From then on it is over.</summary>
    [Id(8)] public DateTimeOffset? Until { get; init; }
    [Id(9)] public bool Withdrawn { get; init; }
    [Id(10)] public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>One coupon; the key is its code in capitals.</summary>
[Alias("engage.ICouponGrain")]
public interface ICouponGrain : IGrainWithStringKey
{
    /// <param name="coupon">Passes <see cref="CouponRules"/>; its code is this grain's key.</param>
    [Alias("CreateAsync")]
    Task<CreateReply<Coupon>> CreateAsync(Coupon coupon);

    /// <returns>Null if there is none.</returns>
    [Alias("GetAsync")]
    Task<CouponView?> GetAsync();

    /// <summary>What it would take off an order now. Takes nothing: that happens with the payment.</summary>
    [Alias("TryAsync")]
    Task<CouponAnswer> TryAsync(CouponAsk ask);

    /// <summary>No further order takes it; doing it again is harmless.</summary>
    /// <returns>False if there is none.</returns>
    [Alias("WithdrawAsync")]
    Task<bool> WithdrawAsync();
}

/// <param name="Left">Of a limited one; null: unlimited.</param>
[GenerateSerializer, Immutable, Alias("engage.coupon-view")]
public sealed record CouponView([property: Id(0)] Coupon Coupon, [property: Id(1)] long? Left);

/// <param name="Price">Of the whole order, before the coupon.</param>
[GenerateSerializer, Immutable, Alias("engage.coupon-ask")]
public sealed record CouponAsk(
    [property: Id(0)] UserId Buyer,
    [property: Id(1)] OfferId Offer,
    [property: Id(2)] Seller Seller,
    [property: Id(3)] Money Price);

/// <param name="Refusal">
/// Why it takes nothing off: <c>unknown</c>, <c>notYet</c>, <c>over</c>, <c>usedUp</c>, <c>usedByYou</c>,
/// <c>otherOffer</c>, <c>otherCurrency</c>, <c>withdrawn</c>; null: it does.
/// </param>
/// <param name="Discount">Minor units.</param>
/// <param name="Use">Ledger lines that go with the payment, so that stock and limit hold whoever races.</param>
[GenerateSerializer, Immutable, Alias("engage.coupon-answer")]
public sealed record CouponAnswer(
    [property: Id(0)] string? Refusal, [property: Id(1)] long Discount, [property: Id(2)] LedgerLine[] Use)
{
    public static CouponAnswer Refused(string reason) => new(reason, 0, []);
}

/// <summary>What makes a coupon acceptable by itself.</summary>
public static class CouponRules
{
    public const int CodeLengthMin = 3;
    public const int CodeLengthMax = 32;
    public const long UsesMax = 1_000_000;
    public const int PerUserMax = 1_000;
    public const int OffersMax = 100;

    /// <summary>Capital letters; null if it is no code.</summary>
    public static string? Fold(string? code)
    {
        if (code is not { Length: >= CodeLengthMin and <= CodeLengthMax }) return null;

        var folded = code.ToUpperInvariant();
        return folded.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '-') ? folded : null;
    }

    /// <returns>What is wrong, empty if nothing is.</returns>
    public static IReadOnlyList<string> Check(Coupon coupon)
    {
        ArgumentNullException.ThrowIfNull(coupon);
        string?[] findings =
        [
            Fold(coupon.Code) == coupon.Code
                ? null
                : $"code: expected {CodeLengthMin} to {CodeLengthMax} characters of A-Z 0-9 -",
            coupon.Seller is { Creator: null, Community: null } ? "expected a 'creator' or a 'community'" : null,
            (coupon.Percent, coupon.Amount) switch
            {
                (null, null) or (not null, not null) => "expected either 'percent' or 'amount'",
                (< 1 or > 100, _) => $"percent: {coupon.Percent}, expected 1 to 100",
                (_, { MinorUnits: 0 }) => "amount: 0, expected more",
                _ => Money.Check("amount", coupon.Amount),
            },
            coupon.Offers.Length > OffersMax || !coupon.Offers.All(offer => offer.IsValid)
                ? $"offers: expected at most {OffersMax} ids" : null,
            coupon.Uses is < 1 or > UsesMax ? $"uses: {coupon.Uses}, expected 1 to {UsesMax}" : null,
            coupon.PerUser is < 1 or > PerUserMax ? $"perUser: {coupon.PerUser}, expected 1 to {PerUserMax}" : null,
            coupon.Until <= (coupon.From ?? DateTimeOffset.MinValue) ? "until: expected a time after 'from'" : null,
        ];
        return [.. findings.OfType<string>()];
    }
}
