using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Cards;
using Engage.Grains.Commerce.Entitlements;
using Engage.Grains.Commerce.Sales;
using Engage.Storage.Books;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Commerce.Orders;

/// <summary>What the courses of all orders share.</summary>
internal sealed class OrderTools(
    IBooks books, ICardProvider cards, PaymentSecrets secrets, OwnedSeats seats, IEnumerable<IOrderEffects> effects,
    SaleSignals sales, TimeProvider time, ILogger<OrderTools> logger)
{
    public IBooks Books => books;
    public ICardProvider Cards => cards;
    public PaymentSecrets Secrets => secrets;
    public OwnedSeats Seats => seats;
    public SaleSignals Sales => sales;
    public IOrderEffects[] Effects { get; } = [.. effects];
    public ILogger Logger => logger;

    /// <summary>To the millisecond, as it is stored.</summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}

/// <summary>
/// Brings one order forward: asks the provider what is not known, and writes what has become known. Every step begins
/// with what is stored and may be taken again; it is the books that let each happen once.
/// </summary>
internal sealed partial class OrderCourse(OrderFile file, OrderTools tools)
{
    /// <summary>Far more than an order has steps at once; each refund that waits is one.</summary>
    private const int StepsMax = 128;
    private const int ConflictsMax = 8;

    /// <summary>Whether something is still to be found out or sent.</summary>
    public bool IsUnfinished =>
        file.Payment?.State == PaymentState.Pending
        || (file.Order?.Refunds.Any(refund => refund.State == RefundState.Sending) ?? false);

    /// <summary>Goes on until all is known, or the provider does not answer.</summary>
    /// <param name="settledBy">The webhook that gave the reason to look; null: none.</param>
    public async Task AdvanceAsync(string? settledBy, CancellationToken cancellationToken)
    {
        await file.LoadAsync(cancellationToken);
        for (var step = 0; step < StepsMax && IsUnfinished; step++)
            if (!await StepAsync(file.Order!, file.Payment!, settledBy, cancellationToken))
                return;
    }

    /// <summary>Writes the intent to charge a card, and takes the places of what it would open.</summary>
    /// <returns>Why nothing was written; null: it is placed.</returns>
    public async Task<Failure?> PlaceAsync(Order order, Payment payment, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < ConflictsMax; tries++)
        {
            var seats = await tools.Seats.TakeAsync(order, cancellationToken);
            if (seats.Refusal is { } taken) return taken;
            await file.CommitAsync(OrderChanges.Placed(order, payment).With(seats), cancellationToken);
            if (file.Order is not null) return null;
        }
        throw Stuck(order.Id);
    }

    /// <summary>Pays with what needs no provider, in one entry.</summary>
    /// <param name="order">Pending; it need not be in the books yet.</param>
    /// <returns>Why nothing was written: somebody was faster to take what can be had once. Null: it was.</returns>
    public async Task<Failure?> PayAsync(
        Order order, Payment payment, string? settledBy, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < ConflictsMax; tries++)
        {
            var seats = await tools.Seats.TakeAsync(order, cancellationToken);
            if (seats.Refusal is not null && file.Order is null) return seats.Refusal;
            var change = OrderChanges.Paid(order, payment, tools.Now, settledBy).With(seats);
            var refusal = seats.Refusal;
            foreach (var effect in tools.Effects)
                if (effect.Concerns(order))
                {
                    var writes = await effect.PaidAsync(change.Order, cancellationToken);
                    refusal ??= writes.Refusal;
                    change = change.With(writes);
                }
            if (refusal is not null)
            {
                await RefuseAsync(order, payment, refusal, cancellationToken);
                return null;
            }
            var outcome = await file.CommitAsync(change, cancellationToken);
            if (outcome.Result == BookResult.Refused)
            {
                await RefuseAsync(order, payment, FailureOf(outcome.Account ?? outcome.Detail), cancellationToken);
                return null;
            }
            if (file.Order is { State: not OrderState.Pending }) return null;
            (order, payment) = (file.Order ?? order, file.Payment ?? payment);
        }
        throw Stuck(order.Id);
    }

    /// <summary>Sees to it that no money is taken any more, or finds that it is too late for that.</summary>
    public async Task CallOffAsync(OrderEvent why, CancellationToken cancellationToken)
    {
        var (order, payment) = (file.Order!, file.Payment!);
        var answer = await tools.Cards.VoidAsync(order.Id, cancellationToken);
        if (answer.Outcome == ChargeOutcome.Succeeded && Agrees(payment, answer))
            await PayAsync(order, payment, null, cancellationToken);
        else if (answer.Outcome == ChargeOutcome.Declined)
            await RefuseAsync(order, payment, Declined(answer), cancellationToken);
        else
        {
            // Where the provider is silent the order is closed all the same, and its payment remains to be found out.
            var change = OrderChanges.Closed(order, payment, why, tools.Now);
            await file.CommitAsync(
                answer.Outcome == ChargeOutcome.Voided
                    ? change with { Payment = OrderChanges.Settled(
                        order, payment, PaymentState.Voided, tools.Now).Payment }
                    : change,
                cancellationToken);
        }
    }

    /// <summary>Gives money back. The order has been found to allow it.</summary>
    /// <returns>False when the money is not there any more: a top-up was spent, or a share was paid out.</returns>
    public async Task<bool> RefundAsync(RefundRequest request, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < ConflictsMax; tries++)
        {
            var order = file.Order!;
            var left = RefundSplit.Left(order, request.Line);
            var amount = request.Amount ?? left;
            // Somebody else was faster: what is stored now says it all.
            if (amount > left || left == 0 || IsDone(order, request)) return true;

            var now = tools.Now;
            var change = OrderChanges.Refunded(order, file.Payment!, amount, request, now);
            foreach (var effect in tools.Effects)
                if (effect.Concerns(order))
                    change = change.With(
                        await effect.RefundedAsync(change.Order, change.Order.Refunds[^1], cancellationToken));
            // Last: what is opened behind these reads (a gift that is claimed) writes what the effects have read.
            change = change.With(new([], await EntitlementDocuments.WithdrawalsAsync(
                tools.Books, order, change.Order, now, cancellationToken)));
            var outcome = await file.CommitAsync(change, cancellationToken);
            if (outcome.Result == BookResult.Written) return true;
            if (outcome.Result == BookResult.Refused) return false;
        }
        throw Stuck(file.Order!.Id);
    }

    /// <summary>Books what the card's bank took back since.</summary>
    /// <returns>False where the provider does not say.</returns>
    public async Task<bool> ChargeBackAsync(CancellationToken cancellationToken)
    {
        // A charge that took money cannot be called off any more: asking for it says what became of it.
        var answer = await tools.Cards.VoidAsync(file.Order!.Id, cancellationToken);
        if (answer.Outcome == ChargeOutcome.Unknown) return false;
        for (var tries = 0; tries < ConflictsMax; tries++)
        {
            var order = file.Order!;
            if (answer.ChargedBack <= order.ChargedBack) return true;

            var change = Chargebacks.Of(order, file.Payment!, answer.ChargedBack, tools.Now);
            foreach (var effect in tools.Effects)
                if (effect.Concerns(order))
                    change = change.With(
                        await effect.RefundedAsync(change.Order, change.Order.Refunds[^1], cancellationToken));
            change = change.With(new([], await EntitlementDocuments.WithdrawalsAsync(
                tools.Books, order, change.Order, change.At, cancellationToken)));
            // Also what was used already is taken: nobody is asked whether the money may go.
            await file.CommitAsync(
                change with { Postings = [.. change.Postings.Select(posting => posting with { Floor = null })] },
                cancellationToken);
        }
        return file.Order!.ChargedBack >= answer.ChargedBack ? true : throw Stuck(file.Order.Id);
    }

    public static bool IsDone(Order order, RefundRequest request) => Find(order, request) is not null;

    /// <returns>The refund that was made under this request's key; null if there is none.</returns>
    public static Refund? Find(Order order, RefundRequest request) =>
        request.Key is { } key ? Array.Find(order.Refunds, refund => refund.Key == key) : null;

    private Task<bool> StepAsync(
        Order order, Payment payment, string? settledBy, CancellationToken cancellationToken)
    {
        if (payment.State != PaymentState.Pending)
            return SendBackAsync(order, payment, cancellationToken);
        if (order.State != OrderState.Pending) return SettleClosedAsync(order, payment, cancellationToken);
        return order.ExpiresAt <= tools.Now
            ? GiveUpAsync(cancellationToken)
            : ChargeAsync(order, payment, settledBy, cancellationToken);
    }

    private async Task<bool> GiveUpAsync(CancellationToken cancellationToken)
    {
        await CallOffAsync(OrderEvent.PatienceEnded, cancellationToken);
        return true;
    }

    private async Task<bool> ChargeAsync(
        Order order, Payment payment, string? settledBy, CancellationToken cancellationToken)
    {
        if (await tools.Secrets.OpenAsync(order.Buyer, payment.Token, cancellationToken) is not { } token)
        {
            await CallOffAsync(OrderEvent.Cancelled, cancellationToken);
            return true;
        }
        var answer = await tools.Cards.ChargeAsync(
            new(order.Id, payment.Amount, payment.Currency, token), cancellationToken);
        switch (answer.Outcome)
        {
            case ChargeOutcome.Succeeded when Agrees(payment, answer):
                await PayAsync(order, payment, settledBy, cancellationToken);
                return true;
            case ChargeOutcome.Declined:
                await RefuseAsync(order, payment, Declined(answer), cancellationToken);
                return true;
            // We had called it off, and ended before that was written.
            case ChargeOutcome.Voided:
                await CallOffAsync(OrderEvent.Cancelled, cancellationToken);
                return true;
            default:
                return false;
        }
    }

    private async Task<bool> SettleClosedAsync(Order order, Payment payment, CancellationToken cancellationToken)
    {
        var answer = await tools.Cards.VoidAsync(order.Id, cancellationToken);
        OrderChange? change = answer.Outcome switch
        {
            ChargeOutcome.Succeeded when Agrees(payment, answer) => OrderChanges.Late(order, payment, tools.Now),
            ChargeOutcome.Declined => OrderChanges.Settled(order, payment, PaymentState.Declined, tools.Now),
            ChargeOutcome.Voided => OrderChanges.Settled(order, payment, PaymentState.Voided, tools.Now),
            _ => null,
        };
        if (change is null) return false;
        await file.CommitAsync(change, cancellationToken);
        return true;
    }

    private async Task<bool> SendBackAsync(Order order, Payment payment, CancellationToken cancellationToken)
    {
        var refund = order.Refunds.First(each => each.State == RefundState.Sending);
        if (!await tools.Cards.RefundAsync(order.Id, refund.Number, refund.Card, cancellationToken)) return false;
        await file.CommitAsync(OrderChanges.Sent(order, payment, refund, tools.Now), cancellationToken);
        return true;
    }

    private async Task RefuseAsync(
        Order order, Payment payment, Failure failure, CancellationToken cancellationToken)
    {
        var change = OrderChanges.Refused(order, payment, failure, tools.Now);
        // A card that was charged, and then a coupon or what it was for was gone: the payment has to go back first.
        if (payment.Method == PaymentMethod.Card && failure.Code != DeclinedCode)
            change = change with { Payment = payment };
        await file.CommitAsync(change, cancellationToken);
    }

    private const string DeclinedCode = "declined";

    private static Failure Declined(ChargeAnswer answer) =>
        new(DeclinedCode, $"The card was refused: {answer.Reason ?? "no reason was given"}. Use another.");

    private static Failure FailureOf(string? account) => account switch
    {
        _ when Begins(account, "coupon:") => new("coupon-used-up", "The coupon has been used as often as it may be."),
        _ when Begins(account, "trial:") => new("trial-used", "The trial of this offer was used; order it without."),
        _ when Begins(account, "points:") => new("insufficient-points", "There are fewer points than that."),
        _ => new("insufficient-funds", "The wallet holds less than that; top it up with POST /v1/wallet/topups."),
    };

    private static bool Begins(string? detail, string account) =>
        detail?.Contains(account, StringComparison.Ordinal) ?? false;

    /// <summary>A charge under our id over another amount is nobody's we know of: nothing is given for it.</summary>
    private bool Agrees(Payment payment, ChargeAnswer answer)
    {
        if (answer.Amount == payment.Amount && answer.Currency == payment.Currency) return true;
        LogDisagrees(tools.Logger, payment.Order, payment.Amount, payment.Currency, answer.Amount, answer.Currency);
        return false;
    }

    private static InvalidOperationException Stuck(OrderId id) => new(
        $"Order '{id}': {ConflictsMax} entries in a row met a conflict; sending the same again is harmless.");

    [LoggerMessage(
        LogLevel.Error,
        "Order {Order} is {Expected} {Currency}, the provider charged {Actual} {ActualCurrency}: look into it")]
    private static partial void LogDisagrees(
        ILogger logger, OrderId order, long expected, string currency, long actual, string? actualCurrency);
}
