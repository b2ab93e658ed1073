using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Orders;
using Engage.Storage.Books;
using Orleans.Concurrency;

namespace Engage.Grains.Commerce.Customers;

/// <summary>Looks things up in the books; keeps nothing.</summary>
[StatelessWorker, Reentrant]
internal sealed class CustomerGrain(IBooks books, OrderPricing pricing) : Grain, ICustomerGrain
{
    private const int PageLimit = 200;

    private UserId Id => new(this.GetPrimaryKeyString());

    public async Task<PreviewReply> PreviewAsync(OrderRequest request) =>
        await pricing.PreviewAsync(Id, request, CancellationToken.None);

    public async Task<OrderPage> OrdersAsync(long cursor, int limit)
    {
        var page = await books.ListAsync(
            new(BookKeys.Buyer(Id), BookKeys.Order, cursor, limit, Newest: true), CancellationToken.None);
        var items = new List<OrderView>(page.Items.Count);
        foreach (var document in page.Items)
        {
            var order = BookJson.Read<Order>(document);
            var payment = await books.FindAsync(new(BookKeys.Payment, order.Id.Value), CancellationToken.None);
            var invoice = order.PaidAt is null
                ? null
                : await books.FindAsync(new(BookKeys.Invoice, order.Id.Value), CancellationToken.None);
            items.Add(new(order, BookJson.Read<Payment>(payment!), invoice?.Number));
        }
        return new([.. items], page.Cursor);
    }

    public async Task<InvoicePage> InvoicesAsync(long cursor, int limit)
    {
        var page = await books.ListAsync(
            new(BookKeys.Buyer(Id), BookKeys.Invoice, cursor, limit, Newest: true), CancellationToken.None);
        return new([.. page.Items.Select(Numbered)], page.Cursor);
    }

    public async Task<NumberedInvoice?> InvoiceAsync(long number)
    {
        for (long? cursor = 0; cursor is { } after;)
        {
            var page = await InvoicesAsync(after, PageLimit);
            if (Array.Find(page.Items, invoice => invoice.Number == number) is { } found) return found;
            cursor = page.Cursor;
        }
        return null;
    }

    public async Task<WalletView> BalancesAsync()
    {
        var wallet = await books.BalancesAsync(LedgerAccounts.Wallet(Id), CancellationToken.None);
        var points = await books.BalanceAsync(
            LedgerAccounts.PointsOf(Id), LedgerAccounts.Points, null, CancellationToken.None);
        return new([.. wallet.Select(balance => new Money(balance.Amount, balance.Unit))], points);
    }

    public async Task<WalletPage> PostingsAsync(string? cursor, int limit)
    {
        var after = PostingCursor.Parse(cursor);
        // Two accounts, each in order: the first of both together are among the first of each.
        var wallet = await books.PostingsAsync(
            LedgerAccounts.Wallet(Id), after, limit + 1, CancellationToken.None);
        var points = await books.PostingsAsync(
            LedgerAccounts.PointsOf(Id), after, limit + 1, CancellationToken.None);
        PostedLine[] lines = [.. wallet.Concat(points).OrderBy(line => line.Place).Take(limit + 1)];
        var more = lines.Length > limit;
        return new(
            [
                .. lines.Take(limit).Select(line =>
                    new WalletPosting(line.At, line.Kind, line.EntryKey, line.Unit, line.Amount)),
            ],
            more ? PostingCursor.Format(lines[limit - 1].Place) : null);
    }

    private static NumberedInvoice Numbered(BookDocument document) =>
        new(document.Number ?? 0, BookJson.Read<Invoice>(document));
}
