using Orleans.Concurrency;

namespace Engage.Contracts.Commerce.Plans;

/// <summary>
/// What a seller sees of her business; the key is her ledger account: <c>creator:k-1</c>, <c>community:g-1</c> or
/// <c>platform:income</c>. All of it is read from the books.
/// </summary>
[Alias("engage.ISellerGrain")]
public interface ISellerGrain : IGrainWithStringKey
{
    /// <returns>Newest first, at most 100.</returns>
    [AlwaysInterleave, Alias("CouponsAsync")]
    Task<CouponView[]> CouponsAsync();

    static string KeyOf(Seller seller) => seller.Creator is { } creator
        ? LedgerAccounts.Of(creator)
        : LedgerAccounts.Of(seller.Community!.Value);
}
