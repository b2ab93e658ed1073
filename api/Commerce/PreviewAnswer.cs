using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;

namespace Engage.Api.Commerce;

internal sealed record TrialAnswer(int Days);

internal sealed record NextChargeAnswer(Money Amount, DateTimeOffset At, string Interval);

/// <summary>What an order would cost now; docs/protocol.md, "Orders".</summary>
internal sealed record PreviewAnswer(
    OfferId Offer, int Quantity, Money Price, DiscountAnswer? Discount, Money Total, PointsAnswer? Points, Money Due,
    TrialAnswer? Trial, NextChargeAnswer? Next, MemberDiscountAnswer? Member)
{
    public static PreviewAnswer From(OrderPreview preview) => new(
        preview.Offer,
        preview.Quantity,
        preview.Price,
        preview.Discount is { } discount
            ? new(discount.Coupon, new(discount.Amount, preview.Total.Currency))
            : null,
        preview.Total,
        preview.Points > 0 ? new(preview.Points, new(preview.PointsAmount, preview.Total.Currency)) : null,
        preview.Due,
        preview.TrialDays > 0 ? new(preview.TrialDays) : null,
        preview.Next is { } next ? new(next.Amount, next.At, CommerceNames.Of(next.Interval)) : null,
        preview.Member is { } member
            ? new(member.Membership, new(member.Amount, preview.Total.Currency))
            : null);
}
