using Engage.Contracts.Commerce.Plans;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Plans;

/// <summary>One seller's side of the books. Keeps nothing.</summary>
internal sealed class SellerGrain(IBooks books) : Grain, ISellerGrain
{
    private const int ListMax = 100;

    private string Account => this.GetPrimaryKeyString();

    public async Task<CouponView[]> CouponsAsync()
    {
        var page = await books.ListAsync(
            new($"coupons:{Account}", CouponGrain.Kind, 0, ListMax, Newest: true), CancellationToken.None);
        var coupons = page.Items.Select(BookJson.Read<Coupon>);
        return await Task.WhenAll(coupons.Select(async coupon => new CouponView(
            coupon,
            coupon.Uses is null
                ? null
                : await books.BalanceAsync(
                    Contracts.Commerce.LedgerAccounts.Coupon(coupon.Code), SubscriptionTerms.UseUnit, null,
                    CancellationToken.None))));
    }
}
