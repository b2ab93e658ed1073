using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Entitlements;
using Engage.Grains.Commerce.Sales;

namespace Engage.Grains.Commerce.Orders;

/// <summary>What is written when something happens to an order. Pure: reads nothing, writes nothing.</summary>
internal static class OrderChanges
{
    public static Order NewOrder(
        OrderId id, UserId buyer, string fingerprint, OrderDraft draft, DateTimeOffset now, DateTimeOffset expiresAt)
    {
        var total = draft.Lines.Sum(line => line.Amount);
        return new()
        {
            Id = id,
            Kind = draft.Kind,
            Buyer = buyer,
            State = OrderState.Pending,
            Fingerprint = fingerprint,
            Offer = draft.Offer,
            Quantity = draft.Quantity,
            Currency = draft.Currency,
            Total = total,
            Lines = draft.Lines,
            Sources = draft.Sources,
            Discount = draft.Discount,
            Member = draft.Member,
            Recipient = draft.Recipient,
            Held = draft.Held,
            Subject = draft.Subject,
            Extras = draft.Extras,
            CreatedAt = now,
            ExpiresAt = expiresAt,
            Referral = draft.Referral,
        };
    }

    /// <param name="order">A new one.</param>
    /// <param name="sealedToken">For a card.</param>
    public static Payment NewPayment(Order order, string? sealedToken)
    {
        var source = order.Sources.FirstOrDefault(each => each.Method != PaymentMethod.Points);
        return new()
        {
            Order = order.Id,
            Method = source?.Method ?? PaymentMethod.Free,
            State = PaymentState.Pending,
            Amount = source?.Amount ?? 0,
            Currency = order.Currency,
            Token = sealedToken,
        };
    }

    /// <summary>The intent to take money, before anybody is asked for it.</summary>
    public static OrderChange Placed(Order order, Payment payment) =>
        new("placed", "order", order.CreatedAt, order, payment);

    public static OrderChange Paid(Order order, Payment payment, DateTimeOffset now, string? settledBy)
    {
        var paid = order with
        {
            State = Next(order, OrderEvent.PaymentSucceeded), PaidAt = now, ExpiresAt = null,
        };
        return new("paid", KindOf(order), now, paid, Settled(payment, PaymentState.Succeeded, now, settledBy))
        {
            Postings = OrderPostings.Paid(paid),
            Documents = [.. EntitlementDocuments.Of(paid, now)],
            Keys = SaleEvents.Concern(paid) ? [BookKeys.Sales] : [],
            Invoice = paid.Kind == OrderKind.TopUp || paid.Total == 0
                ? null
                : new(
                    paid.Id, paid.Buyer, now, paid.Currency, paid.Total, paid.Lines, paid.Discount, paid.Sources),
        };
    }

    public static OrderChange Refused(Order order, Payment payment, Failure failure, DateTimeOffset now) => new(
        "closed", "order", now,
        order with { State = Next(order, OrderEvent.PaymentRefused), Failure = failure, ExpiresAt = null },
        Settled(payment, PaymentState.Declined, now, null) with { Failure = failure });

    /// <summary>Called off or given up; what the provider knows of it is another matter.</summary>
    public static OrderChange Closed(Order order, Payment payment, OrderEvent why, DateTimeOffset now) => new(
        "closed", "order", now, order with { State = Next(order, why), ExpiresAt = null },
        payment.Method == PaymentMethod.Card ? payment : Settled(payment, PaymentState.Voided, now, null));

    /// <summary>It is known that no money was taken for a closed order, and none will be.</summary>
    public static OrderChange Settled(
        Order order, Payment payment, PaymentState state, DateTimeOffset now) =>
        new("settled", "order", now, order, Settled(payment, state, now, null));

    /// <summary>Money was taken for an order that was closed: it goes back, all of it.</summary>
    public static OrderChange Late(Order order, Payment payment, DateTimeOffset now) => new(
        "late", "late", now,
        order with
        {
            Refunds =
            [
                .. order.Refunds,
                new(order.Refunds.Length + 1, payment.Amount, payment.Amount, RefundState.Sending, now, null),
            ],
        },
        Settled(payment, PaymentState.Succeeded, now, null))
    {
        Postings = OrderPostings.Late(payment.Currency, payment.Amount),
    };

    /// <param name="amount">1 to what is left.</param>
    public static OrderChange Refunded(
        Order order, Payment payment, long amount, RefundRequest request, DateTimeOffset now)
    {
        var number = order.Refunds.Length + 1;
        var split = RefundSplit.Apply(order, amount, request.Line);
        var card = split.Sources.Zip(order.Sources)
            .Where(pair => pair.First.Method == PaymentMethod.Card)
            .Sum(pair => pair.First.Returned - pair.Second.Returned);
        var refund = new Refund(
            number, amount, card, card > 0 ? RefundState.Sending : RefundState.Done, now, request.By, request.Key);
        var happened = split.Refunded == split.Total ? OrderEvent.RestGivenBack : OrderEvent.PartGivenBack;
        var after = split with
        {
            State = Next(order, happened), Refunds = [.. order.Refunds, refund], Asked = null,
        };
        return new($"refund:{number}", "refund", now, after, payment)
        {
            Postings = OrderPostings.Refunded(order, after, request.Covered),
        };
    }

    /// <summary>The provider has sent back what was due.</summary>
    public static OrderChange Sent(Order order, Payment payment, Refund refund, DateTimeOffset now) => new(
        $"refund:{refund.Number}:sent", "refund-sent", now,
        order with
        {
            Refunds =
            [
                .. order.Refunds.Select(each =>
                    each.Number == refund.Number ? each with { State = RefundState.Done } : each),
            ],
        },
        payment)
    {
        Postings = OrderPostings.Sent(payment.Currency, refund.Card),
    };

    public static OrderChange AskedBack(Order order, Payment payment, RefundAsk ask) =>
        new($"asked:{order.Refunds.Length + 1}:{ask.At.ToUnixTimeMilliseconds()}", "order", ask.At,
            order with { Asked = ask }, payment)
        {
            Keys = [.. RefundAsksGrain.KeysOf(order)],
        };

    public static OrderChange Declined(Order order, Payment payment, DateTimeOffset now) =>
        new($"asked:{order.Refunds.Length + 1}:{order.Asked!.At.ToUnixTimeMilliseconds()}:declined", "order", now,
            order with { Asked = order.Asked with { DeclinedAt = now } }, payment);

    private static string KindOf(Order order) => order.Kind switch
    {
        OrderKind.TopUp => "top-up",
        OrderKind.Tip => "tip",
        OrderKind.Renewal => "renewal",
        OrderKind.Quote => "quote",
        _ => "sale",
    };

    /// <summary>A card's token is not kept longer than it is needed.</summary>
    private static Payment Settled(Payment payment, PaymentState state, DateTimeOffset now, string? settledBy) =>
        payment with { State = state, SettledAt = now, Event = settledBy, Token = null };

    private static OrderState Next(Order order, OrderEvent happened) =>
        OrderMachine.Next(order.State, happened)
        ?? throw new InvalidOperationException($"Order '{order.Id}' is {order.State}: {happened} cannot happen.");
}
