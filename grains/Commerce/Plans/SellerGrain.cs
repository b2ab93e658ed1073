using System.Security.Cryptography;
using System.Text;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Customers;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Plans;

/// <summary>One account's side of the books. Keeps nothing but what it has read.</summary>
internal sealed class SellerGrain(IBooks books, QuoteBook quotes, TimeProvider time) : Grain, ISellerGrain
{
    private const int ListMax = 100;
    private const int IdBytes = 16;
    private const string PayoutKind = "payout";
    private IncomeBook? _income;

    private string Account => this.GetPrimaryKeyString();

    public async Task<CouponView[]> CouponsAsync()
    {
        var page = await books.ListAsync(
            new($"coupons:{Account}", CouponGrain.Kind, 0, ListMax, Newest: true), CancellationToken.None);
        return await Task.WhenAll(page.Items.Select(BookJson.Read<Coupon>).Select(ViewAsync));
    }

    public async Task<Income> IncomeAsync(DateTimeOffset from, DateTimeOffset to, DateTimeOffset at)
    {
        _income ??= new(books, Account);
        await _income.FollowAsync(CancellationToken.None);
        return await _income.SumAsync(from, to, at, CancellationToken.None);
    }

    public async Task<PayoutReply> PayOutAsync(UserId by, Money amount, string key)
    {
        var id = IdOf(key);
        var payout = new Payout(id, Account, amount, by, time.GetUtcNow());
        var outcome = await books.CommitAsync(
            new(
                $"payout:{id}", payout.At, PayoutKind,
                [
                    new(Account, amount.Currency, -amount.MinorUnits, 0),
                    new(LedgerAccounts.PayoutsPaid, amount.Currency, amount.MinorUnits),
                ],
                [new(new(PayoutKind, id), 0, BookJson.Write(payout), Keys: [PayoutsOf(Account)])]),
            CancellationToken.None);
        if (outcome.Result == BookResult.Written) return new(payout, false, null);
        if (outcome.Result == BookResult.Refused)
            return Refused(
                "balance",
                $"Account '{Account}' holds less than {amount.MinorUnits} {amount.Currency}; take out less.");

        var known = BookJson.Read<Payout>(
            (await books.FindAsync(new(PayoutKind, id), CancellationToken.None))!);
        return known.Amount == amount
            ? new(known, true, null)
            : Refused(
                "idempotency-mismatch",
                $"Idempotency-Key: payout '{id}' of another amount was made under it; choose a new key.");
    }

    public async Task<Payout[]> PayoutsAsync()
    {
        var page = await books.ListAsync(
            new(PayoutsOf(Account), PayoutKind, 0, ListMax, Newest: true), CancellationToken.None);
        return [.. page.Items.Select(BookJson.Read<Payout>)];
    }

    public async Task<WalletPage> StatementAsync(string? cursor, int limit)
    {
        var lines = await books.PostingsAsync(
            Account, PostingCursor.Parse(cursor), limit + 1, CancellationToken.None);
        return new(
            [
                .. lines.Take(limit).Select(line =>
                    new WalletPosting(line.At, line.Kind, line.EntryKey, line.Unit, line.Amount)),
            ],
            lines.Count > limit ? PostingCursor.Format(lines[limit - 1].Place) : null);
    }

    public Task<Quote[]> QuotesAsync(CreatorId creator) => quotes.ListAsync(QuoteBook.OfCreator(creator));

    private async Task<CouponView> ViewAsync(Coupon coupon) => new(
        coupon,
        coupon.Uses is null
            ? null
            : await books.BalanceAsync(
                LedgerAccounts.Coupon(coupon.Code), SubscriptionTerms.UseUnit, null, CancellationToken.None));

    private string IdOf(string key) => "p-" + Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{Account}|{key}")).AsSpan(0, IdBytes));

    private static string PayoutsOf(string account) => $"payouts:{account}";

    private static PayoutReply Refused(string problem, string detail) => new(null, false, new(problem, detail));
}
