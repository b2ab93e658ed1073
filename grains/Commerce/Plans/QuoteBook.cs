using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Orders;
using Engage.Grains.Commerce.Shares;
using Engage.Storage.Books;
using Engage.Storage.Privacy;

namespace Engage.Grains.Commerce.Plans;

/// <summary>How quotes are kept in the books, and what their orders do to them.</summary>
internal sealed class QuoteBook(IBooks books, IPersonalVault vault) : IOrderEffects
{
    public const string Kind = "quote";
    private const string Purpose = "commerce.quote";
    private const int ListMax = 100;

    public static DocumentId IdOf(string quote) => new(Kind, quote);

    public static string OfBuyer(UserId user) => $"quotes-by:{user.Value}";

    public static string OfCreator(CreatorId creator) => $"quotes-to:{creator.Value}";

    public async ValueTask<QuoteText> SealAsync(UserId by, string text, DateTimeOffset at) =>
        new(by, await vault.SealAsync(by, Purpose, text, CancellationToken.None), at);

    /// <summary>With readable texts.</summary>
    public async ValueTask<Quote> OpenAsync(Quote quote) => quote with
    {
        Asked = (await OpenAsync(quote.Asked))!,
        Offered = await OpenAsync(quote.Offered),
        Delivered = await OpenAsync(quote.Delivered),
        Disputed = await OpenAsync(quote.Disputed),
    };

    /// <summary>Newest first.</summary>
    public async Task<Quote[]> ListAsync(string key)
    {
        var page = await books.ListAsync(new(key, Kind, 0, ListMax, Newest: true), CancellationToken.None);
        var quotes = new List<Quote>(page.Items.Count);
        foreach (var item in page.Items) quotes.Add(await OpenAsync(BookJson.Read<Quote>(item)));
        return [.. quotes];
    }

    public bool Concerns(Order order) => Quote.IdIn(order.Subject) is not null;

    /// <summary>Paid is accepted: one entry.</summary>
    public async ValueTask<OrderWrites> PaidAsync(Order order, CancellationToken cancellationToken)
    {
        var (document, quote) = await FindAsync(order, cancellationToken);
        // One that was sent long ago and took its time: the quote has another order, or another price, or is over.
        return quote.State == QuoteState.Offered && quote.Order == order.Id
            && quote.Price == new Money(order.Total, order.Currency)
                ? new([], [Write(document, quote with { State = QuoteState.Accepted })])
                : OrderWrites.Refused("quote-state", $"Quote '{quote.Id}' is not open at this price any more.");
    }

    /// <summary>
    /// The order gives back out of custody. Where the money was let go already, those who got it put it back first.
    /// </summary>
    public async ValueTask<OrderWrites> RefundedAsync(
        Order order, Refund refund, CancellationToken cancellationToken)
    {
        var (document, quote) = await FindAsync(order, cancellationToken);
        // Written all the same: whoever lets the rest of the money go in this moment has to look again.
        if (!quote.IsPaidOut) return new([], [Write(document, quote)]);

        var parts = Parts.Split(
            refund.Amount, Array.ConvertAll(quote.Shares, share => share.Amount - share.Reversed));
        var shares = quote.Shares.Zip(
            parts, (share, part) => share with { Reversed = share.Reversed + part }).ToArray();
        return new(
            [
                new(quote.Custody, order.Currency, refund.Amount),
                .. quote.Shares.Zip(parts).Where(pair => pair.Second > 0)
                    .Select(pair => new Posting(pair.First.Account, order.Currency, -pair.Second)),
            ],
            [Write(document, quote with { Shares = shares })]);
    }

    public Task AfterAsync(Order order, CancellationToken cancellationToken) => Task.CompletedTask;

    private async ValueTask<(BookDocument, Quote)> FindAsync(Order order, CancellationToken cancellationToken)
    {
        var document = await books.FindAsync(IdOf(Quote.IdIn(order.Subject)!), cancellationToken)
            ?? throw new InvalidDataException($"Order '{order.Id}' pays for '{order.Subject}', which is not there.");
        return (document, BookJson.Read<Quote>(document));
    }

    private async ValueTask<QuoteText?> OpenAsync(QuoteText? text) => text is { Text: { } sealedText }
        ? text with { Text = await vault.OpenAsync(text.By, Purpose, sealedText, CancellationToken.None) }
        : text;

    private static DocumentWrite Write(BookDocument before, Quote quote) =>
        new(before.Id, before.Version, BookJson.Write(quote));
}
