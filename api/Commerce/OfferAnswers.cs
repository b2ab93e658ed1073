using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;

namespace Engage.Api.Commerce;

internal sealed record PriceRequest(Money? Price, DateTimeOffset? From);

internal sealed record OffersAnswer(OfferAnswer[] Items, string? Cursor);

internal sealed record GrantRequest(string? Scope, int? Days);

internal sealed record BenefitsBody(int? DiscountPercent, int? PointsPercent);

/// <summary>The body of <c>POST /v1/offers</c>.</summary>
internal sealed record OfferRequest(
    string? Id, string? Kind, Seller? Seller, LocalizedText? Title, LocalizedText? Description, GrantRequest[]? Grants,
    Money? Price, string? Interval, int? TrialDays, int? Credits, string[]? Items, ShareTerms? Shares,
    BenefitsBody? Benefits = null)
{
    public (Offer? Offer, string? Wrong) ToOffer()
    {
        if (CommerceNames.Parse<OfferKind>(Kind) is not { } kind)
            return (null, $"kind: '{Kind}', expected one of {CommerceNames.All<OfferKind>()}.");
        if (Interval is not null && CommerceNames.Parse<BillingInterval>(Interval) is null)
            return (null, $"interval: '{Interval}', expected one of {CommerceNames.All<BillingInterval>()}.");
        if (Seller is null || Title is null) return (null, "seller, title: expected both.");
        if (Grants?.Any(grant => grant is null) ?? false) return (null, "grants: found null.");
        if (Items?.Any(item => !new OfferId(item ?? "").IsValid) ?? false)
            return (null, "items: expected ids of offers.");

        var offer = new Offer
        {
            Id = new(Id ?? ""),
            Kind = kind,
            Seller = Seller,
            Title = Title,
            Description = Description,
            Grants = [.. (Grants ?? []).Select(grant => new Grant(grant.Scope ?? "", grant.Days))],
            Prices = Price is { } price ? [new(default, price)] : [],
            Interval = CommerceNames.Parse<BillingInterval>(Interval),
            TrialDays = TrialDays ?? 0,
            Credits = Credits ?? 0,
            Items = [.. (Items ?? []).Select(OfferId.From)],
            Shares = Shares,
            Benefits = Benefits is { } given ? new(given.DiscountPercent ?? 0, given.PointsPercent ?? 100) : null,
        };
        return OfferRules.Check(offer) is { Count: > 0 } wrong ? (null, string.Join("; ", wrong)) : (offer, null);
    }
}

/// <param name="Price">What it costs now; null: on request.</param>
internal sealed record OfferAnswer(
    OfferId Id, string Kind, Seller Seller, LocalizedText Title, LocalizedText? Description, Grant[] Grants,
    Money? Price, PriceChange[] Prices, string? Interval, int? TrialDays, int? Credits, OfferId[]? Items,
    ShareTerms? Shares, MemberBenefits? Benefits, bool Active, DateTimeOffset CreatedAt)
{
    public static OfferAnswer From(Offer offer, DateTimeOffset now) => new(
        offer.Id, CommerceNames.Of(offer.Kind), offer.Seller, offer.Title, offer.Description, offer.Grants,
        offer.PriceAt(now), offer.Prices, offer.Interval is { } interval ? CommerceNames.Of(interval) : null,
        offer.TrialDays > 0 ? offer.TrialDays : null, offer.Credits > 0 ? offer.Credits : null,
        offer.Items.Length > 0 ? offer.Items : null, offer.Shares, offer.Benefits, offer.Active,
        offer.CreatedAt);
}
