using Engage.Contracts.Catalogue;
using Orleans.Concurrency;

namespace Engage.Contracts.Commerce.Plans;

/// <summary>
/// What somebody who earns sees of it; the key is her ledger account: <c>creator:k-1</c>, <c>community:g-1</c>,
/// <c>affiliate:u-1</c> or <c>platform:income</c>. All of it is read from the books.
/// </summary>
[Alias("engage.ISellerGrain")]
public interface ISellerGrain : IGrainWithStringKey
{
    /// <returns>Newest first, at most 100.</returns>
    [AlwaysInterleave, Alias("CouponsAsync")]
    Task<CouponView[]> CouponsAsync();

    /// <param name="from">Included.</param>
    /// <param name="to">Not included.</param>
    /// <param name="at">What was posted later is left out.</param>
    [Alias("IncomeAsync")]
    Task<Income> IncomeAsync(DateTimeOffset from, DateTimeOffset to, DateTimeOffset at);

    /// <summary>Takes money out of the account, at most what is there.</summary>
    /// <param name="key">The caller's own name of this one intention.</param>
    [Alias("PayOutAsync")]
    Task<PayoutReply> PayOutAsync(UserId by, Money amount, string key);

    /// <summary>What came and went, posting by posting, oldest first.</summary>
    /// <param name="cursor">What the page before answered; null for the first.</param>
    /// <param name="limit">At least 1.</param>
    [AlwaysInterleave, Alias("StatementAsync")]
    Task<WalletPage> StatementAsync(string? cursor, int limit);

    /// <returns>Newest first, at most 100.</returns>
    [AlwaysInterleave, Alias("PayoutsAsync")]
    Task<Payout[]> PayoutsAsync();

    /// <returns>What the creator was asked for, newest first, at most 100.</returns>
    [AlwaysInterleave, Alias("QuotesAsync")]
    Task<Quote[]> QuotesAsync(CreatorId creator);

    static string KeyOf(Seller seller) => seller.Creator is { } creator
        ? LedgerAccounts.Of(creator)
        : LedgerAccounts.Of(seller.Community!.Value);
}
