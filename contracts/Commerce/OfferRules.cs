using Engage.Contracts.Catalogue;

namespace Engage.Contracts.Commerce;

/// <summary>What makes an offer acceptable by itself.</summary>
public static class OfferRules
{
    public const int GrantsMax = 64;
    public const int ItemsMax = 32;
    public const int CreditsMax = 10_000;
    public const int TrialDaysMax = 365;
    public const int DaysMax = 36_500;
    public const int BasisPoints = 10_000;
    public const int DiscountPercentMax = 90;
    public const int PointsPercentMax = 500;

    /// <returns>What is wrong, empty if nothing is.</returns>
    public static IReadOnlyList<string> Check(Offer offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        string?[] findings =
        [
            IdText.IsValid(offer.Id.Value) && offer.Id.ImplicitContent is null
                ? null
                : $"id: expected 1 to {IdText.LengthMax} characters of A-Z a-z 0-9 . _ : -, not beginning with "
                    + "'content:', which are the prices of the catalogue",
            Enum.IsDefined(offer.Kind) ? null : $"kind: '{offer.Kind}' is not a kind of offer",
            CheckSeller(offer.Seller),
            LocalizedText.Check("title", offer.Title, CatalogueRules.NameLengthMax),
            LocalizedText.Check("description", offer.Description, CatalogueRules.DescriptionLengthMax, optional: true),
            CheckGrants(offer.Grants),
            CheckPrices(offer),
            CheckKind(offer),
            CheckShares(offer.Shares),
            CheckBenefits(offer),
        ];
        return [.. findings.OfType<string>()];
    }

    private static string? CheckSeller(Seller? seller) => seller switch
    {
        null or { Creator: null, Community: null } => "seller: expected a 'creator', a 'community' or both",
        { Creator: { } creator } when !IdText.IsValid(creator.Value) => "seller.creator: not an id",
        { Community: { } community } when !IdText.IsValid(community.Value) => "seller.community: not an id",
        _ => null,
    };

    private static string? CheckGrants(Grant[] grants)
    {
        if (grants.Length > GrantsMax) return $"grants: {grants.Length}, at most {GrantsMax}";
        for (var i = 0; i < grants.Length; i++)
        {
            if (Scopes.Parse(grants[i]?.Scope) is null)
                return $"grants[{i}].scope: '{grants[i]?.Scope}', expected {string.Join(", ", Scopes.Kinds)} and an id "
                    + "behind a colon, such as content:c-1";
            if (grants[i].Days is < 1 or > DaysMax)
                return $"grants[{i}].days: {grants[i].Days}, expected 1 to {DaysMax}";
        }
        return null;
    }

    private static string? CheckPrices(Offer offer)
    {
        if (offer.Kind == OfferKind.Quote) return null;
        if (offer.Prices.Length == 0) return "price: expected an amount and a currency";
        foreach (var change in offer.Prices)
            if (Money.Check("price", change.Price) is { } wrong)
                return wrong;
        return null;
    }

    private static string? CheckKind(Offer offer) => offer switch
    {
        { Kind: OfferKind.Subscription or OfferKind.Tier, Interval: null } =>
            "interval: a subscription needs one, 'month' or 'year'",
        { Interval: { } interval } when !Enum.IsDefined(interval) => "interval: expected 'month' or 'year'",
        { TrialDays: < 0 or > TrialDaysMax } => $"trialDays: {offer.TrialDays}, expected 0 to {TrialDaysMax}",
        { Kind: OfferKind.PerUse, Credits: < 1 or > CreditsMax } =>
            $"credits: {offer.Credits}, expected 1 to {CreditsMax}",
        { Kind: OfferKind.Bundle, Items.Length: 0 or > ItemsMax } =>
            $"items: {offer.Items.Length}, a bundle has 1 to {ItemsMax}",
        _ => null,
    };

    private static string? CheckBenefits(Offer offer) => offer switch
    {
        { Benefits: null } => null,
        { Kind: not (OfferKind.Subscription or OfferKind.Tier) } =>
            "benefits: expected of a 'subscription' or 'tier' alone: others have no members",
        { Benefits.DiscountPercent: < 0 or > DiscountPercentMax } =>
            $"benefits.discountPercent: {offer.Benefits.DiscountPercent}, expected 0 to {DiscountPercentMax}",
        { Benefits.PointsPercent: < 100 or > PointsPercentMax } =>
            $"benefits.pointsPercent: {offer.Benefits.PointsPercent}, expected 100 to {PointsPercentMax}",
        _ => null,
    };

    private static string? CheckShares(ShareTerms? terms) => terms switch
    {
        null => null,
        { Platform: < 0 } or { Community: < 0 } or { Affiliate: < 0 } => "shares: expected 0 or more basis points",
        _ when (long)terms.Platform + terms.Community + terms.Affiliate > BasisPoints =>
            $"shares: together more than {BasisPoints} basis points",
        _ => null,
    };
}
