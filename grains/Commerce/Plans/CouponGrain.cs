using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// One coupon. Its uses are stock in the ledger, taken by the entry that pays an order: whatever is answered here, the
/// last one is never given twice.
/// </summary>
internal sealed class CouponGrain(IBooks books, TimeProvider time) : Grain, ICouponGrain
{
    public const string Kind = "coupon";
    private KeptDocument<Coupon> _kept = null!;

    private string Code => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _kept = new(books, new(Kind, Code));
        return Task.CompletedTask;
    }

    public async Task<CreateReply<Coupon>> CreateAsync(Coupon coupon)
    {
        var known = await ReadAsync();
        if (known is null)
        {
            var outcome = await _kept.CommitAsync(
                $"coupon:{Code}", time.GetUtcNow(), "coupon", coupon with { CreatedAt = time.GetUtcNow() },
                [SellerKeys.Coupons(coupon.Seller)], coupon.Uses is { } uses ? Stock(uses) : []);
            if (outcome.Result == BookResult.Written) return new(CreateOutcome.Created, _kept.Value, null);
            known = await ReadAsync();
        }
        var same = BookJson.Write(known! with { CreatedAt = coupon.CreatedAt, Withdrawn = false })
            .AsSpan().SequenceEqual(BookJson.Write(coupon));
        return new(same ? CreateOutcome.Unchanged : CreateOutcome.Conflict, known, null);
    }

    public async Task<CouponView?> GetAsync() =>
        await ReadAsync() is { } coupon ? new(coupon, coupon.Uses is null ? null : await LeftAsync()) : null;

    public async Task<CouponAnswer> TryAsync(CouponAsk ask)
    {
        if (await ReadAsync() is not { } coupon) return CouponAnswer.Refused("unknown");
        if (CouponSums.Refusal(coupon, ask, time.GetUtcNow()) is { } refusal) return CouponAnswer.Refused(refusal);
        if (coupon.Uses is not null && await LeftAsync() <= 0) return CouponAnswer.Refused("usedUp");

        var used = await books.BalanceAsync(
            CouponSums.UserAccount(Code, ask.Buyer), SubscriptionTerms.UseUnit, null, CancellationToken.None);
        return -used >= coupon.PerUser
            ? CouponAnswer.Refused("usedByYou")
            : new(null, CouponSums.Discount(coupon, ask.Price.MinorUnits), CouponSums.Use(coupon, ask.Buyer));
    }

    public async Task<bool> WithdrawAsync()
    {
        _kept.Forget();
        if (await ReadAsync() is not { } coupon) return false;
        if (coupon.Withdrawn) return true;

        await _kept.CommitAsync(
            $"coupon:{Code}:withdrawn", time.GetUtcNow(), "coupon", coupon with { Withdrawn = true });
        return true;
    }

    private Task<Coupon?> ReadAsync() => _kept.GetAsync().AsTask();

    private async Task<long> LeftAsync() => await books.BalanceAsync(
        LedgerAccounts.Coupon(Code), SubscriptionTerms.UseUnit, null, CancellationToken.None);

    private Posting[] Stock(long uses) =>
    [
        new(LedgerAccounts.Coupon(Code), SubscriptionTerms.UseUnit, uses),
        new(CouponSums.Issued(Code), SubscriptionTerms.UseUnit, -uses),
    ];
}
