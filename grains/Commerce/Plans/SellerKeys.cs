using Engage.Contracts.Commerce;

namespace Engage.Grains.Commerce.Plans;

/// <summary>What a seller's documents are found under. A creator sells as herself, in whatever community.</summary>
internal static class SellerKeys
{
    /// <summary>The seller's own ledger account.</summary>
    public static string AccountOf(Seller seller) => seller.Creator is { } creator
        ? LedgerAccounts.Of(creator)
        : LedgerAccounts.Of(seller.Community!.Value);

    public static string Subscriptions(Seller seller) => $"subscriptions:{AccountOf(seller)}";
    public static string Coupons(Seller seller) => $"coupons:{AccountOf(seller)}";
}
