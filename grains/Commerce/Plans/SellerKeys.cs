using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;

namespace Engage.Grains.Commerce.Plans;

/// <summary>What a seller's documents are found under. A creator sells as herself, in whatever community.</summary>
internal static class SellerKeys
{
    /// <summary>The seller's own ledger account.</summary>
    public static string AccountOf(Seller seller) => ISellerGrain.KeyOf(seller);

    public static string Subscriptions(Seller seller) => $"subscriptions:{AccountOf(seller)}";
    public static string Coupons(Seller seller) => $"coupons:{AccountOf(seller)}";
}
