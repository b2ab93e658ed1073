using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Sales;
using Engage.Storage.Books;
using Engage.Storage.Privacy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Commerce.Orders;

/// <summary>
/// One order. All truth is in the books: a crash at any point leaves an order that the next call, or the reminder that
/// was set before money could move, takes up again.
/// </summary>
internal sealed partial class OrderGrain(
    IBooks books, OrderTools tools, OrderPricing pricing, RefundTerms refunds, IOptions<CommerceOptions> options,
    ILogger<OrderGrain> logger)
    : Grain, IOrderGrain, IRemindable
{
    private const string TakeUp = "take-up";
    private const int RefundsMax = 100;

    /// <summary>Looking at an order again and again does not ask the provider more often.</summary>
    private static readonly TimeSpan AskPause = TimeSpan.FromSeconds(1);

    private OrderFile _file = null!;
    private OrderCourse _course = null!;
    private DateTimeOffset _asked;
    private bool _reminded;

    private OrderId Id => new(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _file = new(books, Id);
        _course = new(_file, tools);
        return Task.CompletedTask;
    }

    public async Task<OrderReply> PlaceAsync(PlaceOrder order)
    {
        await _file.LoadAsync(CancellationToken.None);
        if (_file.Order is null) return await PlaceNewAsync(order);
        if (_file.Order.Fingerprint != order.Fingerprint)
            return OrderReply.Refused(
                "idempotency-mismatch",
                $"Idempotency-Key: order '{Id}' was placed under it with another body; choose a new key.");

        await AdvanceAsync(null, TimeSpan.Zero);
        return new(_file.View, true, null);
    }

    public async Task<OrderView?> GetAsync()
    {
        await _file.LoadAsync(CancellationToken.None);
        if (_file.Order is null) DeactivateOnIdle();
        else await AdvanceAsync(null, AskPause);
        return _file.View;
    }

    public async Task<OrderReply> CancelAsync()
    {
        await _file.LoadAsync(CancellationToken.None);
        if (_file.Order is null) return Missing();
        if (_file.Order.State == OrderState.Pending)
        {
            await RemindAsync();
            await _course.CallOffAsync(OrderEvent.Cancelled, CancellationToken.None);
            await FinishAsync();
            await TellAsync();
        }
        return _file.Order.State == OrderState.Cancelled
            ? new(_file.View, false, null)
            : IllegalState("cannot be cancelled; what is paid can be given back with POST /v1/orders/{id}/refunds");
    }

    public async Task<OrderReply> RefundAsync(RefundRequest request)
    {
        await _file.LoadAsync(CancellationToken.None);
        if (_file.Order is not { } order) return Missing();
        if (OrderCourse.Find(order, request) is { } made && request.Amount is { } asked && asked != made.Amount)
            return OrderReply.Refused(
                "idempotency-mismatch",
                $"Idempotency-Key: {made.Amount} minor units of order '{Id}' were given back under it, not {asked}; "
                + "choose a new key.");
        // All that is left can be given back once: asked again, it was done.
        var isAll = request is { Amount: null, Line: null } && order.State == OrderState.Refunded;
        if (isAll || OrderCourse.IsDone(order, request))
        {
            await AdvanceAsync(null, TimeSpan.Zero);
            return new(_file.View, true, null);
        }
        if (Refusal(order, request) is { } refusal) return refusal;

        await RemindIfNeededAsync(order);
        if (!await _course.RefundAsync(request, CancellationToken.None))
            return OrderReply.Refused(
                "order-state",
                $"Order '{Id}': who got the money has less than that by now, it was spent or paid out; "
                + (request.Covered ? "ask the platform to give it back." : "nothing is left to give back."));
        await TellAsync();
        await AdvanceAsync(null, TimeSpan.Zero);
        // Somebody else gave back so much meanwhile that this was not possible any more.
        if (request.Amount is not null && request.Key is not null && !OrderCourse.IsDone(_file.Order!, request))
            return IllegalState("has less left to give back than this");
        return new(_file.View, false, null);
    }

    public async Task<OrderReply> AskRefundAsync(RefundRequest request)
    {
        await _file.LoadAsync(CancellationToken.None);
        if (_file.Order is not { } order) return Missing();
        if (order.Asked is { DeclinedAt: null }) return new(_file.View, true, null);
        // What she took back by herself, asked for again.
        var isAll = request is { Amount: null, Line: null } && order.State == OrderState.Refunded;
        if (isAll || OrderCourse.IsDone(order, request)) return await RefundAsync(request);
        if (Refusal(order, request) is { } refusal) return refusal;
        if (order.Asked is { } declined)
            return IllegalState($"was asked back before, which was declined at {declined.DeclinedAt:O}");

        var because = await refunds.WhyDecideAsync(order, request, CancellationToken.None);
        if (because is null)
        {
            var given = await RefundAsync(request with { Covered = true });
            if (given.Refusal is null) return given;
            // It may be given back by now, and not only too little be there.
            order = _file.Order!;
            if (Refusal(order, request) is { } gone) return gone;
            because = RefundAskReason.PaidOut;
        }
        var reason = request.Reason is { } text
            ? await tools.Secrets.SealReasonAsync(order.Buyer, text, CancellationToken.None)
            : null;
        await _file.CommitAsync(
            OrderChanges.AskedBack(
                order, _file.Payment!,
                new(request.Amount ?? RefundSplit.Left(order, request.Line), tools.Now, reason, because,
                    Line: request.Line)),
            CancellationToken.None);
        return _file.Order!.Asked is null
            ? IllegalState("has just changed, so that nothing was asked; look at it, and ask again")
            : new(_file.View, false, null);
    }

    public async Task<OrderReply> DeclineRefundAsync()
    {
        await _file.LoadAsync(CancellationToken.None);
        if (_file.Order is not { } order) return Missing();
        if (order.Asked is null) return IllegalState("was not asked back");
        if (order.Asked.DeclinedAt is null)
            await _file.CommitAsync(
                OrderChanges.Declined(order, _file.Payment!, tools.Now), CancellationToken.None);
        return new(_file.View, false, null);
    }

    public async Task<OrderReply> ChargedBackAsync()
    {
        await _file.LoadAsync(CancellationToken.None);
        if (_file.Order is null) return Missing();
        // The bank may be faster than the news that the card was charged, and must not be forgotten for that.
        if (_file.Payment!.State == PaymentState.Pending) await AdvanceAsync(null, TimeSpan.Zero);
        if (_file.Payment.State == PaymentState.Pending) return Silent();
        if (_file.Payment is not { Method: PaymentMethod.Card, State: PaymentState.Succeeded })
            return IllegalState("took no money from a card");

        var order = _file.Order;
        await RemindIfNeededAsync(order);
        if (!await _course.ChargeBackAsync(CancellationToken.None)) return Silent();
        await TellAsync();
        await FinishAsync();
        return new(_file.View, _file.Order!.ChargedBack == order.ChargedBack, null);
    }

    public async Task NoticeAsync(ProviderNotice notice)
    {
        await _file.LoadAsync(CancellationToken.None);
        if (_file.Order is null) DeactivateOnIdle();
        else await AdvanceAsync(notice.Event, TimeSpan.Zero);
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _reminded = true;
        await _file.LoadAsync(CancellationToken.None);
        // Set before the order was written, and then it never was.
        if (_file.Order is null) await ForgetReminderAsync();
        else await AdvanceAsync(null, TimeSpan.Zero);
    }

    private async Task<OrderReply> PlaceNewAsync(PlaceOrder placing)
    {
        var (draft, refusal) = placing.Draft is not null
            ? (placing.Draft, null)
            : await pricing.PriceAsync(Id, placing.Buyer, placing.Request!, CancellationToken.None);
        if (draft is null)
        {
            DeactivateOnIdle();
            return new(null, false, refusal);
        }
        var now = tools.Now;
        var order = OrderChanges.NewOrder(
            Id, placing.Buyer, placing.Fingerprint, draft, now, now + options.Value.PaymentPatience);
        var isCard = Array.Exists(order.Sources, source => source.Method == PaymentMethod.Card);
        var payment = OrderChanges.NewPayment(
            order,
            isCard ? await tools.Secrets.SealAsync(placing.Buyer, draft.Token!, CancellationToken.None) : null);

        await RemindIfNeededAsync(order);
        var taken = isCard
            ? await _course.PlaceAsync(order, payment, CancellationToken.None)
            : await _course.PayAsync(order, payment, null, CancellationToken.None);
        if (taken is not null)
        {
            if (_reminded) await ForgetReminderAsync();
            DeactivateOnIdle();
            return OrderReply.Refused(taken.Code, taken.Detail);
        }
        await TellAsync();
        await AdvanceAsync(null, TimeSpan.Zero);
        return new(_file.View, false, null);
    }

    /// <summary>Takes up what is unfinished, unless the provider was asked just now.</summary>
    private async Task AdvanceAsync(string? settledBy, TimeSpan pause)
    {
        if (_course.IsUnfinished && tools.Now - _asked >= pause)
        {
            var before = _file.Order;
            _asked = tools.Now;
            await _course.AdvanceAsync(settledBy, CancellationToken.None);
            if (before?.State != _file.Order?.State) await TellAsync();
        }
        await FinishAsync();
    }

    /// <summary>When nothing is left to find out: those who follow the order know, and no reminder is needed.</summary>
    private async Task FinishAsync()
    {
        if (_course.IsUnfinished || !_reminded || _file.Order is not { } order) return;
        try
        {
            foreach (var effect in tools.Effects)
                if (effect.Concerns(order))
                    await effect.AfterAsync(order, CancellationToken.None);
        }
        // The order stands, and its caller is answered so. The reminder stays, and tries again.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotFollowed(exception, Id);
            return;
        }
        await ForgetReminderAsync();
    }

    /// <summary>Who has doors open hears of it at once; if not, she finds out a little later.</summary>
    private async Task TellAsync()
    {
        if (_file.Order is not { PaidAt: not null } order) return;
        if (order.State == OrderState.Paid && SaleEvents.Concern(order)) tools.Sales.Poke();
        if (!Array.Exists(order.Lines, line => line.Grants.Length > 0)) return;
        var user = order.Recipient ?? order.Buyer;
        try
        {
            await GrainFactory.GetGrain<IEntitlementsGrain>(user.Value).RefreshAsync();
        }
        // The order stands. An actor that was not told looks again by itself.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotTold(exception, Id);
        }
    }

    private Task RemindIfNeededAsync(Order order) =>
        Array.Exists(order.Sources, source => source.Method == PaymentMethod.Card)
        || Array.Exists(tools.Effects, effect => effect.Concerns(order))
            ? RemindAsync()
            : Task.CompletedTask;

    /// <summary>Before something begins that must not be left half done.</summary>
    private async Task RemindAsync()
    {
        if (_reminded) return;
        await this.RegisterOrUpdateReminder(TakeUp, options.Value.TakeUpPeriod, options.Value.TakeUpPeriod);
        _reminded = true;
    }

    private async Task ForgetReminderAsync()
    {
        if (await this.GetReminder(TakeUp) is { } reminder) await this.UnregisterReminder(reminder);
        _reminded = false;
    }

    private OrderReply? Refusal(Order order, RefundRequest request)
    {
        if (order.State is not (OrderState.Paid or OrderState.PartlyRefunded))
            return IllegalState("has nothing that could be given back");
        var left = RefundSplit.Left(order, request.Line);
        if (request.Amount is < 1 || request.Amount > left || left == 0)
            return OrderReply.Refused(
                "invalid-request",
                $"amount: {request.Amount}, expected 1 to {left} minor units, which is what is left to give back.");
        return order.Refunds.Length >= RefundsMax
            ? OrderReply.Refused("order-state", $"Order '{Id}' has {RefundsMax} refunds, as many as it may have.")
            : null;
    }

    private OrderReply IllegalState(string what) => OrderReply.Refused(
        "order-state", $"Order '{Id}' is {BookNames.Of(_file.Order!.State)} and {what}.");

    private OrderReply Silent() =>
        OrderReply.Refused("not-ready", $"Order '{Id}': the provider did not answer; ask again.");

    private OrderReply Missing()
    {
        DeactivateOnIdle();
        return OrderReply.Refused("not-found", $"Order '{Id}' does not exist; list yours with GET /v1/orders.");
    }

    [LoggerMessage(LogLevel.Warning, "Order {Order} is written, but what follows it failed; tried again soon")]
    private partial void LogNotFollowed(Exception exception, OrderId order);

    [LoggerMessage(LogLevel.Warning, "Order {Order} is written, but whom it concerns was not told at once")]
    private partial void LogNotTold(Exception exception, OrderId order);
}
