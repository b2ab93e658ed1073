using Engage.Contracts.Commerce;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Orders;

/// <summary>
/// One order as the books have it. What an actor holds of it is a copy: whenever a commit did not end well, the copy
/// is worth nothing and is read again.
/// </summary>
internal sealed class OrderFile(IBooks books, OrderId id)
{
    private long _orderVersion;
    private long _paymentVersion;
    private bool _fresh;

    /// <summary>Null: there is none yet.</summary>
    public Order? Order { get; private set; }

    public Payment? Payment { get; private set; }
    public long? Invoice { get; private set; }

    public OrderView? View => Order is null ? null : new(Order, Payment!, Invoice);

    /// <summary>Reads it, unless what is here is known to be what is stored.</summary>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (_fresh) return;
        var order = await books.FindAsync(new(BookKeys.Order, id.Value), cancellationToken);
        var payment = order is null
            ? null
            : await books.FindAsync(new(BookKeys.Payment, id.Value), cancellationToken)
                ?? throw new InvalidDataException($"Order '{id}' is in the books without its payment.");
        var invoice = order is null
            ? null
            : await books.FindAsync(new(BookKeys.Invoice, id.Value), cancellationToken);
        (Order, _orderVersion) = order is null ? (null, 0) : (BookJson.Read<Order>(order), order.Version);
        (Payment, _paymentVersion) =
            payment is null ? (null, 0) : (BookJson.Read<Payment>(payment), payment.Version);
        Invoice = invoice?.Number;
        _fresh = true;
    }

    /// <summary>
    /// Writes what was decided. Whatever else than <see cref="BookResult.Written"/> comes of it, the file is read again
    /// afterwards: somebody was faster, or it is not known what was written.
    /// </summary>
    public async ValueTask<BookOutcome> CommitAsync(OrderChange change, CancellationToken cancellationToken)
    {
        _fresh = false;
        var outcome = await books.CommitAsync(
            new($"order:{id}:{change.Step}", change.At, change.Kind, change.Postings, DocumentsOf(change)),
            cancellationToken);
        if (outcome.Result != BookResult.Written)
        {
            await LoadAsync(cancellationToken);
            return outcome;
        }
        (Order, Payment) = (change.Order, change.Payment);
        _orderVersion++;
        _paymentVersion++;
        if (change.Invoice is not null) Invoice = outcome.Numbers[^1];
        _fresh = true;
        return outcome;
    }

    private List<DocumentWrite> DocumentsOf(OrderChange change)
    {
        List<string>? keys = _orderVersion == 0
            ?
            [
                BookKeys.Buyer(change.Order.Buyer),
                .. change.Order.Lines.SelectMany(line => SellersOf(line.Seller)).Distinct(),
            ]
            : null;
        var documents = new List<DocumentWrite>
        {
            new(
                new(BookKeys.Order, id.Value), _orderVersion, BookJson.Write(change.Order),
                Keys: change.Keys.Count > 0 ? [.. keys ?? [], .. change.Keys] : keys),
            new(new(BookKeys.Payment, id.Value), _paymentVersion, BookJson.Write(change.Payment)),
        };
        documents.AddRange(change.Documents);
        // The last one that asks for a number, so that its own is found.
        if (change.Invoice is { } invoice)
            documents.Add(new(
                new(BookKeys.Invoice, id.Value), 0, BookJson.Write(invoice), Series: BookKeys.Invoice,
                Keys: [BookKeys.Buyer(change.Order.Buyer)]));
        return documents;
    }

    private static IEnumerable<string> SellersOf(Seller? seller)
    {
        if (seller?.Creator is { } creator) yield return $"seller:{Scopes.Of(creator)}";
        if (seller?.Community is { } community) yield return $"seller:{Scopes.Of(community)}";
    }
}

/// <summary>One entry about an order.</summary>
/// <param name="Step">Names what happens within the order, once: <c>paid</c>, <c>refund:1</c>.</param>
/// <param name="Kind">For statements.</param>
/// <param name="Order">As it is afterwards.</param>
/// <param name="Payment">As it is afterwards.</param>
internal sealed record OrderChange(
    string Step, string Kind, DateTimeOffset At, Order Order, Payment Payment)
{
    public IReadOnlyList<Posting> Postings { get; init; } = [];

    /// <summary>Besides order, payment and invoice.</summary>
    public IReadOnlyList<DocumentWrite> Documents { get; init; } = [];
    public Invoice? Invoice { get; init; }

    /// <summary>What the order is found under from then on.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    public OrderChange With(OrderWrites writes) => this with
    {
        Postings = [.. Postings, .. writes.Postings], Documents = [.. Documents, .. writes.Documents],
    };
}
