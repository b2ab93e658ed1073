namespace Engage.Contracts.Commerce;

/// <summary>
/// Names of the ledger's accounts. What the platform owes is positive (wallets, income), what others hold for it is
/// negative (the provider); over all accounts each unit sums to zero.
/// </summary>
public static class LedgerAccounts
{
    public const string Points = "points";

    /// <summary>Money that the card provider holds for us: negative.</summary>
    public const string CardProvider = "provider:card";
    public const string PlatformIncome = "platform:income";

    /// <summary>What redeemed points cost the platform: negative.</summary>
    public const string PlatformPoints = "platform:points";

    /// <summary>Refunds that are booked and not yet sent by the provider.</summary>
    public const string RefundsDue = "refunds:due";
    public const string PayoutsPaid = "payouts:paid";

    /// <summary>The other side of all points: negative, in unit <see cref="Points"/>.</summary>
    public const string PointsIssued = "points:issued";

    public static string Wallet(UserId user) => $"wallet:{user.Value}";
    public static string PointsOf(UserId user) => $"points:{user.Value}";
    public static string Affiliate(UserId user) => $"affiliate:{user.Value}";
    public static string Of(CreatorId creator) => $"creator:{creator.Value}";
    public static string Of(CommunityId community) => $"community:{community.Value}";
    public static string Coupon(string code) => $"coupon:{code}";
    public static string Credits(UserId user, OfferId offer) => $"credits:{user.Value}:{offer.Value}";
}
