using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// One account's postings with what their orders say about them: read once, in order, and from then on only what is
/// new. It forgets nothing and changes nothing, so that every figure of any time can be had from it.
/// </summary>
internal sealed class IncomeBook(IBooks books, string account)
{
    private const int PageLimit = 1_000;
    private const string OrderKey = "order:";
    private const string QuoteKey = "quote:";
    private readonly List<IncomeLine> _lines = [];
    private readonly Dictionary<string, int> _months = [];
    private PostingPlace _through;

    /// <summary>In the order of the ledger.</summary>
    public IReadOnlyList<IncomeLine> Lines => _lines;

    /// <summary>Takes in what was posted since.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<PostedLine> page;
        do
        {
            page = await books.PostingsAsync(account, _through, PageLimit, cancellationToken);
            foreach (var posted in page)
            {
                _lines.Add(await LineAsync(posted, cancellationToken));
                _through = posted.Place;
            }
        }
        while (page.Count == PageLimit);
    }

    private async Task<IncomeLine> LineAsync(PostedLine posted, CancellationToken cancellationToken)
    {
        var line = new IncomeLine(posted.At, posted.Kind, posted.Unit, posted.Amount);
        // Paid into custody as an order of its own; what is let go of it is what was paid for.
        if (posted.EntryKey.StartsWith(QuoteKey, StringComparison.Ordinal))
            return line with { Gross = await ReleasedAsync(posted, cancellationToken) };
        if (OrderIn(posted.EntryKey) is not { } id
            || await books.FindAsync(new(BookKeys.Order, id), cancellationToken) is not { } document)
            return line;

        var order = BookJson.Read<Order>(document);
        var gross = posted.EntryKey.EndsWith(":paid", StringComparison.Ordinal)
            ? order.Lines.Where(each => each.Shares.Any(share => share.Account == account)).Sum(each => each.Amount)
            : 0;
        return Subscription.IdIn(order.Subject) is not { } subscription
            ? line with { Gross = gross }
            : line with
            {
                Gross = gross,
                Subscription = subscription,
                PaidAt = order.PaidAt,
                Months = await MonthsAsync(subscription, cancellationToken),
            };
    }

    private async ValueTask<long> ReleasedAsync(PostedLine posted, CancellationToken cancellationToken)
    {
        var id = posted.EntryKey[QuoteKey.Length..].Split(':')[0];
        return await books.FindAsync(QuoteBook.IdOf(id), cancellationToken) is { } document
            ? BookJson.Read<Quote>(document).Shares.Sum(share => share.Amount)
            : 0;
    }

    /// <summary>How many months a charge of the subscription is for.</summary>
    private async ValueTask<int> MonthsAsync(string subscription, CancellationToken cancellationToken)
    {
        if (_months.TryGetValue(subscription, out var known)) return known;

        return _months[subscription] =
            await books.FindAsync(SubscriptionDocuments.IdOf(subscription), cancellationToken) is { } document
                ? BillingPeriods.MonthsOf(BookJson.Read<Subscription>(document).Interval)
                : 1;
    }

    /// <summary>Keys read <c>order:&lt;id&gt;:&lt;what&gt;</c>.</summary>
    private static string? OrderIn(string key)
    {
        if (!key.StartsWith(OrderKey, StringComparison.Ordinal)) return null;

        var end = key.IndexOf(':', OrderKey.Length);
        return end < 0 ? null : key[OrderKey.Length..end];
    }
}

/// <summary>One posting of an account.</summary>
/// <param name="Amount">What came to the account; below 0: what went.</param>
internal sealed record IncomeLine(DateTimeOffset At, string Kind, string Unit, long Amount)
{
    /// <summary>What the buyer paid for the lines that it is a part of; 0 where nobody paid.</summary>
    public long Gross { get; init; }

    /// <summary>Null: it is of none.</summary>
    public string? Subscription { get; init; }

    /// <summary>When the order that it belongs to was paid: its months are counted from then on.</summary>
    public DateTimeOffset? PaidAt { get; init; }
    public int Months { get; init; }
}
