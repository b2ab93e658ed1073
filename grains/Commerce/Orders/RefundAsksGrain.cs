using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Cards;
using Engage.Grains.Commerce.Plans;
using Engage.Storage.Books;
using Orleans.Concurrency;

namespace Engage.Grains.Commerce.Orders;

/// <summary>Looks them up in the books; keeps nothing.</summary>
[StatelessWorker, Reentrant]
internal sealed class RefundAsksGrain(IBooks books, PaymentSecrets secrets) : Grain, IRefundAsksGrain
{
    private const int ListMax = 100;

    /// <summary>Decided ones stay under the key: an open one may be behind many. Older are not looked at.</summary>
    private const int PagesMax = 50;

    public async Task<OpenRefundAsk[]> ListAsync()
    {
        var open = new Dictionary<OrderId, OpenRefundAsk>();
        long? cursor = 0;
        for (var pages = 0; pages < PagesMax && cursor is { } after && open.Count < ListMax; pages++)
        {
            var page = await books.ListAsync(
                new(KeyOf(this.GetPrimaryKeyString()), BookKeys.Order, after, ListMax, Newest: true),
                CancellationToken.None);
            foreach (var order in page.Items.Select(BookJson.Read<Order>))
                if (order.Asked is { DeclinedAt: null } asked && open.Count < ListMax)
                    open[order.Id] = new(
                        order, await secrets.OpenReasonAsync(order.Buyer, asked.Reason, CancellationToken.None));
            cursor = page.Cursor;
        }
        return [.. open.Values];
    }

    /// <summary>What an order is found under once its money was asked back.</summary>
    public static IEnumerable<string> KeysOf(Order order) => order.Lines.Select(line => line.Seller).OfType<Seller>()
        .Select(SellerKeys.AccountOf).Distinct().Append(IRefundAsksGrain.All).Select(KeyOf);

    private static string KeyOf(string whose) => $"refund-asks:{whose}";
}
