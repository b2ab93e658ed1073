using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Orders;

namespace Engage.Grains.Tests.Commerce;

public sealed class OrderMachineTests
{
    /// <summary>The table of docs/protocol.md; what is not in it cannot happen.</summary>
    private static readonly Dictionary<(OrderState, OrderEvent), OrderState> Table = new()
    {
        [(OrderState.Pending, OrderEvent.PaymentSucceeded)] = OrderState.Paid,
        [(OrderState.Pending, OrderEvent.PaymentRefused)] = OrderState.Failed,
        [(OrderState.Pending, OrderEvent.Cancelled)] = OrderState.Cancelled,
        [(OrderState.Pending, OrderEvent.PatienceEnded)] = OrderState.Expired,
        [(OrderState.Paid, OrderEvent.PartGivenBack)] = OrderState.PartlyRefunded,
        [(OrderState.Paid, OrderEvent.RestGivenBack)] = OrderState.Refunded,
        [(OrderState.PartlyRefunded, OrderEvent.PartGivenBack)] = OrderState.PartlyRefunded,
        [(OrderState.PartlyRefunded, OrderEvent.RestGivenBack)] = OrderState.Refunded,
    };

    [Fact]
    public void EveryStateMeetsEveryEventAsTheTableSays()
    {
        foreach (var state in Enum.GetValues<OrderState>())
            foreach (var happened in Enum.GetValues<OrderEvent>())
                Assert.Equal(
                    Table.TryGetValue((state, happened), out var next) ? next : null,
                    OrderMachine.Next(state, happened));
    }

    [Fact]
    public void FinalStatesAreFinal()
    {
        OrderState[] final = [OrderState.Refunded, OrderState.Failed, OrderState.Cancelled, OrderState.Expired];

        Assert.All(
            from state in final from happened in Enum.GetValues<OrderEvent>() select (state, happened),
            pair => Assert.Null(OrderMachine.Next(pair.state, pair.happened)));
    }
}
