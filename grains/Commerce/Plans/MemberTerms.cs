using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Orders;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// What a member pays less: a part of every other thing that the seller of her membership sells, before a coupon. Of
/// several memberships the best counts; what is paid again every period has its own price.
/// </summary>
internal sealed class MemberTerms(IBooks books) : IOrderTerms
{
    private const int Percent = 100;

    public int Rank => 205;

    public async ValueTask<CommerceRefusal?> ApplyAsync(OrderShape shape, CancellationToken cancellationToken)
    {
        if (shape.Total == 0 || shape.Offer.Kind is OfferKind.Subscription or OfferKind.Tier) return null;

        var memberships = await Memberships.OfAsync(books, shape.Buyer, shape.Now, cancellationToken);
        foreach (var line in shape.Lines)
        {
            var best = memberships.Where(each => each.Seller == SellerKeys.AccountOf(line.Seller))
                .MaxBy(each => each.Benefits.DiscountPercent);
            if (best is not { Benefits.DiscountPercent: > 0 and var percent }) continue;

            // In the buyer's favour: as coupons are rounded.
            var less = (long)(((Int128)line.Amount * percent + Percent - 1) / Percent);
            line.Amount -= less;
            shape.Member = new(best.Title, (shape.Member?.Amount ?? 0) + less);
        }
        return null;
    }
}

/// <param name="Seller">The ledger account of who sells it.</param>
internal sealed record Membership(string Seller, Contracts.LocalizedText Title, MemberBenefits Benefits);

/// <summary>What memberships of one person are good for at a moment.</summary>
internal static class Memberships
{
    /// <returns>Those with benefits that entitle then.</returns>
    public static async ValueTask<List<Membership>> OfAsync(
        IBooks books, Contracts.UserId user, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var found = new List<Membership>();
        await foreach (var each in SubscriptionDocuments.AllAsync(books, user, cancellationToken))
            if (each is { IsLive: true, Benefits: { } benefits } && each.StartedAt <= at && at < each.EntitledUntil)
                found.Add(new(SellerKeys.AccountOf(each.Seller), each.Title, benefits));
        return found;
    }
}
