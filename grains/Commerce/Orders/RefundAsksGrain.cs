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

    public async Task<OpenRefundAsk[]> ListAsync()
    {
        var page = await books.ListAsync(
            new(KeyOf(this.GetPrimaryKeyString()), BookKeys.Order, 0, ListMax, Newest: true), CancellationToken.None);
        var open = new List<OpenRefundAsk>();
        foreach (var order in page.Items.Select(BookJson.Read<Order>).DistinctBy(order => order.Id))
            if (order.Asked is { DeclinedAt: null } asked)
                open.Add(new(
                    order, await secrets.OpenReasonAsync(order.Buyer, asked.Reason, CancellationToken.None)));
        return [.. open];
    }

    /// <summary>What an order is found under once its money was asked back.</summary>
    public static IEnumerable<string> KeysOf(Order order) => order.Lines.Select(line => line.Seller).OfType<Seller>()
        .Select(SellerKeys.AccountOf).Distinct().Append(IRefundAsksGrain.All).Select(KeyOf);

    private static string KeyOf(string whose) => $"refund-asks:{whose}";
}
