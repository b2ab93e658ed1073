using System.Globalization;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// What a posting of an account means, by the order that it belongs to. The same whenever it is asked: a posting and
/// the state of its order are one entry of the books.
/// </summary>
internal sealed class IncomeReading(IBooks books, string account)
{
    private const string OrderKey = "order:";
    private const string QuoteKey = "quote:";
    private const string RefundStep = "refund:";

    /// <summary>Of subscriptions, which never change; begun anew rather than without end.</summary>
    private const int MonthsMax = 10_000;
    private readonly Dictionary<string, int> _months = [];

    public async ValueTask<IncomeLine> LineAsync(PostedLine posted, CancellationToken cancellationToken)
    {
        var line = new IncomeLine(posted.At, posted.Kind, posted.Unit, posted.Amount);
        // Paid into custody as an order of its own; what is let go of it is what was paid for.
        if (posted.EntryKey.StartsWith(QuoteKey, StringComparison.Ordinal))
            return line with { Gross = await ReleasedAsync(posted, cancellationToken) };
        if (StepIn(posted.EntryKey) is not var (id, step)
            || await books.FindAsync(new(BookKeys.Order, id), cancellationToken) is not { } document)
            return line;

        var order = BookJson.Read<Order>(document);
        var isPaid = step == "paid";
        var gross = isPaid
            ? order.Lines.Where(each => each.Shares.Any(share => share.Account == account)).Sum(each => each.Amount)
            : 0;
        return Subscription.IdIn(order.Subject) is not { } subscription
            ? line with { Gross = gross }
            : line with
            {
                Gross = gross,
                PaidAt = order.PaidAt,
                Months = await MonthsAsync(subscription, cancellationToken),
                Charges = isPaid ? 1 : EndsCharge(order, step) ? -1 : 0,
            };
    }

    /// <summary>
    /// Whether this step gave back the last of it. What a bank takes beyond that comes later, and ends nothing.
    /// </summary>
    private static bool EndsCharge(Order order, string step) =>
        order.State == OrderState.Refunded
        && Array.FindLast(order.Refunds, refund => refund.Amount > 0) is { } last
        && step == RefundStep + last.Number.ToString(CultureInfo.InvariantCulture);

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

        if (_months.Count >= MonthsMax) _months.Clear();
        return _months[subscription] =
            await books.FindAsync(SubscriptionDocuments.IdOf(subscription), cancellationToken) is { } document
                ? BillingPeriods.MonthsOf(BookJson.Read<Subscription>(document).Interval)
                : 1;
    }

    /// <summary>Keys read <c>order:&lt;id&gt;:&lt;step&gt;</c>.</summary>
    private static (string Order, string Step)? StepIn(string key)
    {
        if (!key.StartsWith(OrderKey, StringComparison.Ordinal)) return null;

        var end = key.IndexOf(':', OrderKey.Length);
        return end < 0 ? null : (key[OrderKey.Length..end], key[(end + 1)..]);
    }
}
