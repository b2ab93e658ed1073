using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Storage.Books;
using Engage.Storage.Privacy;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// How tips are kept besides their orders, which keep no texts. A tip is written down before its order is placed; one
/// whose order was never paid is nobody's. What was given, to whom and when, the order says and not the note: under the
/// key of one order somebody may have written down another tip before she was refused.
/// </summary>
internal sealed class TipBook(IBooks books, IPersonalVault vault)
{
    private const string Kind = "tip";
    private const string Purpose = "commerce.tip";
    private const int ListMax = 100;

    /// <summary>Of notes, so that unpaid ones do not hide the others.</summary>
    private const int PagesMax = 10;

    /// <param name="account">The creator's ledger account.</param>
    public static string To(string account) => $"tips:{account}";

    private static string GivenBy(UserId user) => $"tips-from:{user.Value}";

    /// <summary>The same tip again, as a retry sends it, is written once.</summary>
    public async ValueTask NoteAsync(Tip tip, CancellationToken cancellationToken)
    {
        var message = tip.Message is { } text
            ? await vault.SealAsync(tip.From, Purpose, text, cancellationToken)
            : null;
        await books.CommitAsync(
            new(
                $"tip:{tip.Order}", tip.At, "note", [],
                [
                    new(
                        new(Kind, tip.Order.Value), 0, BookJson.Write(tip with { Message = message }),
                        Keys: [To(LedgerAccounts.Of(tip.Creator)), GivenBy(tip.From)]),
                ]),
            cancellationToken);
    }

    /// <summary>Those that were paid and not given back, newest first, readable; at most 100.</summary>
    public async ValueTask<Tip[]> ListAsync(string key, CancellationToken cancellationToken)
    {
        var tips = new List<Tip>();
        long? cursor = 0;
        for (var pages = 0; cursor is { } after && pages < PagesMax && tips.Count < ListMax; pages++)
        {
            var page = await books.ListAsync(new(key, Kind, after, ListMax, Newest: true), cancellationToken);
            foreach (var noted in page.Items.Select(BookJson.Read<Tip>))
                if (await PaidAsync(noted, cancellationToken) is { } tip)
                    tips.Add(await OpenAsync(tip, cancellationToken));
            cursor = page.Cursor;
        }
        return [.. tips.Take(ListMax)];
    }

    /// <summary>All that somebody wrote, whatever became of it, oldest first.</summary>
    public async ValueTask<List<Tip>> AllAsync(UserId user, CancellationToken cancellationToken)
    {
        var tips = new List<Tip>();
        for (long? cursor = 0; cursor is { } after;)
        {
            var page = await books.ListAsync(new(GivenBy(user), Kind, after, ListMax), cancellationToken);
            foreach (var tip in page.Items.Select(BookJson.Read<Tip>))
                tips.Add(await OpenAsync(tip, cancellationToken));
            cursor = page.Cursor;
        }
        return tips;
    }

    /// <returns>Null: it was not paid, or is given back, or its order is for something else.</returns>
    private async ValueTask<Tip?> PaidAsync(Tip noted, CancellationToken cancellationToken) =>
        await books.FindAsync(new(BookKeys.Order, noted.Order.Value), cancellationToken) is { } document
        && BookJson.Read<Order>(document) is
        {
            Kind: OrderKind.Tip, PaidAt: { } at, State: OrderState.Paid or OrderState.PartlyRefunded,
        } order
        && order.Lines[0].Seller?.Creator == noted.Creator
            ? noted with { At = at, Amount = new(order.Total, order.Currency) }
            : null;

    private async ValueTask<Tip> OpenAsync(Tip tip, CancellationToken cancellationToken) => tip.Message is { } text
        ? tip with { Message = await vault.OpenAsync(tip.From, Purpose, text, cancellationToken) }
        : tip;
}
