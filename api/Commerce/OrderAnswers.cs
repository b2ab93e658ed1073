using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;

namespace Engage.Api.Commerce;

internal sealed record DiscountAnswer(string Coupon, Money Amount);

internal sealed record MemberDiscountAnswer(LocalizedText Membership, Money Amount);

internal sealed record PointsAnswer(long Points, Money Amount);

internal sealed record PaymentAnswer(string Method, string State, Failure? Failure);

/// <param name="Chargeback">True: the card's bank took it back.</param>
internal sealed record RefundAnswer(
    int Number, Money Amount, string State, DateTimeOffset At, bool? Chargeback = null);

internal sealed record RefundAskedAnswer(Money Amount, DateTimeOffset At, string? Because, DateTimeOffset? DeclinedAt)
{
    public static RefundAskedAnswer? Of(Order order) => order.Asked is { } asked
        ? new(
            new(asked.Amount, order.Currency), asked.At,
            asked.Because is { } because ? CommerceNames.Of(because) : null, asked.DeclinedAt)
        : null;
}

internal sealed record OrderLineAnswer(
    int Number, LocalizedText Title, OfferId? Offer, int Quantity, Money Price, Money Amount, Money? Refunded)
{
    public static OrderLineAnswer From(OrderLine line, string currency) => new(
        line.Number, line.Title, line.Offer, line.Quantity, new(line.Price, currency), new(line.Amount, currency),
        line.Refunded > 0 ? new Money(line.Refunded, currency) : null);
}

internal sealed record OrdersAnswer(OrderAnswer[] Items, long? Cursor);

/// <summary>An order as its buyer sees it, and whoever sells what is in it.</summary>
internal sealed record OrderAnswer
{
    public required OrderId Id { get; init; }
    public required string Kind { get; init; }
    public required OfferId? Offer { get; init; }
    public required UserId Buyer { get; init; }
    public required UserId? Recipient { get; init; }
    public required string State { get; init; }
    public required int Quantity { get; init; }
    public required Money Amount { get; init; }
    public required DiscountAnswer? Discount { get; init; }
    public required MemberDiscountAnswer? Member { get; init; }
    public required PointsAnswer? Points { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? PaidAt { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
    public required long? Invoice { get; init; }
    public required string? Subject { get; init; }
    public required PaymentAnswer Payment { get; init; }
    public required Money? Refunded { get; init; }
    public required RefundAnswer[] Refunds { get; init; }
    public required RefundAskedAnswer? RefundAsked { get; init; }
    public required OrderLineAnswer[] Lines { get; init; }
    public required string[] Entitlements { get; init; }

    /// <param name="view">The order.</param>
    /// <param name="reader">
    /// Who will read it; null: a back end. The code of a gift is for its buyer alone, who gives it to whom she wants:
    /// whoever has it may take the gift.
    /// </param>
    public static OrderAnswer From(OrderView view, UserId? reader)
    {
        var (order, payment) = (view.Order, view.Payment);
        return new()
        {
            Id = order.Id,
            Kind = CommerceNames.Of(order.Kind),
            Offer = order.Offer,
            Buyer = order.Buyer,
            Recipient = order.Recipient,
            State = CommerceNames.Of(order.State),
            Quantity = order.Quantity,
            Amount = Of(order.Total),
            Member = order.Member is { } member ? new(member.Membership, Of(member.Amount)) : null,
            Discount = order.Discount is { } discount ? new(discount.Coupon, Of(discount.Amount)) : null,
            Points = Array.Find(order.Sources, source => source.Method == PaymentMethod.Points) is { } points
                ? new(points.Points, Of(points.Amount))
                : null,
            CreatedAt = order.CreatedAt,
            PaidAt = order.PaidAt,
            ExpiresAt = order.ExpiresAt,
            Invoice = view.Invoice,
            Subject = reader == order.Buyer || !Gift.IsSubject(order.Subject) ? order.Subject : null,
            Payment = new(
                CommerceNames.Of(payment.Method), CommerceNames.Of(payment.State), order.Failure ?? payment.Failure),
            Refunded = order.Refunded > 0 ? Of(order.Refunded) : null,
            Refunds = Array.ConvertAll(
                order.Refunds,
                refund => new RefundAnswer(
                    refund.Number, Of(refund.Amount), CommerceNames.Of(refund.State), refund.At,
                    refund.Chargeback ? true : null)),
            RefundAsked = RefundAskedAnswer.Of(order),
            Lines = Array.ConvertAll(order.Lines, line => OrderLineAnswer.From(line, order.Currency)),
            Entitlements = EntitlementsOf(order),
        };

        Money Of(long amount) => new(amount, order.Currency);
    }

    /// <summary>What it opens as long as nothing of it is given back or over.</summary>
    private static string[] EntitlementsOf(Order order) =>
        order.Held || order.State is not (OrderState.Paid or OrderState.PartlyRefunded)
            ? []
            :
            [
                .. order.Lines.Where(line => line.Amount == 0 || line.Refunded < line.Amount)
                    .SelectMany(line => line.Grants).Select(grant => grant.Scope).Distinct(),
            ];
}
