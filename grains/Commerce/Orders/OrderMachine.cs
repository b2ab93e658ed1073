using Engage.Contracts.Commerce;

namespace Engage.Grains.Commerce.Orders;

public enum OrderEvent
{
    PaymentSucceeded = 1,
    PaymentRefused = 2,
    Cancelled = 3,
    PatienceEnded = 4,
    PartGivenBack = 5,
    RestGivenBack = 6,
}

/// <summary>
/// What follows what in the life of an order; docs/protocol.md, "Orders", has the same table. Pure: who asks has to
/// make it durable.
/// </summary>
public static class OrderMachine
{
    /// <returns>The state afterwards; null if it cannot happen in this state.</returns>
    public static OrderState? Next(OrderState state, OrderEvent happened) => (state, happened) switch
    {
        (OrderState.Pending, OrderEvent.PaymentSucceeded) => OrderState.Paid,
        (OrderState.Pending, OrderEvent.PaymentRefused) => OrderState.Failed,
        (OrderState.Pending, OrderEvent.Cancelled) => OrderState.Cancelled,
        (OrderState.Pending, OrderEvent.PatienceEnded) => OrderState.Expired,
        (OrderState.Paid or OrderState.PartlyRefunded, OrderEvent.PartGivenBack) => OrderState.PartlyRefunded,
        (OrderState.Paid or OrderState.PartlyRefunded, OrderEvent.RestGivenBack) => OrderState.Refunded,
        _ => null,
    };

    /// <summary>Whether money that is found to have been taken goes back: nothing will be given for it.</summary>
    public static bool GivesBackLateMoney(OrderState state) =>
        state is OrderState.Cancelled or OrderState.Expired or OrderState.Failed;
}
