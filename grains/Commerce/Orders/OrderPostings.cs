using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Orders;

/// <summary>
/// The postings of what happens to an order. Money comes from where others owe or hold it (negative) and becomes what
/// the platform owes (positive); each list sums to zero.
/// </summary>
internal static class OrderPostings
{
    /// <summary>The order is paid: from its sources to its shares.</summary>
    public static Posting[] Paid(Order order)
    {
        var sheet = new Sheet(order.Currency);
        foreach (var source in order.Sources)
        {
            sheet.Add(AccountOf(order.Buyer, source.Method, LedgerAccounts.CardProvider), -source.Amount);
            sheet.AddPoints(order.Buyer, -source.Points);
        }
        foreach (var share in order.Lines.SelectMany(line => line.Shares)) sheet.Add(share.Account, share.Amount);
        foreach (var extra in order.Extras) sheet.Add(extra);
        return sheet.ToPostings();
    }

    /// <summary>Money goes back: from the shares to the sources, what was a card's to what is due to it.</summary>
    /// <param name="before">The order before the refund.</param>
    /// <param name="after">The order afterwards.</param>
    /// <param name="covered">Whether nobody's share may be taken back who has less than that by now.</param>
    public static Posting[] Refunded(Order before, Order after, bool covered = false)
    {
        var sheet = new Sheet(after.Currency);
        foreach (var (source, now) in before.Sources.Zip(after.Sources))
        {
            sheet.Add(
                AccountOf(after.Buyer, source.Method, LedgerAccounts.RefundsDue), now.Returned - source.Returned);
            sheet.AddPoints(after.Buyer, now.PointsReturned - source.PointsReturned);
        }
        foreach (var (line, now) in before.Lines.Zip(after.Lines))
            foreach (var (share, reversed) in line.Shares.Zip(now.Shares))
                sheet.Add(new(
                    share.Account, after.Currency, share.Reversed - reversed.Reversed, covered ? 0 : null));
        return sheet.ToPostings();
    }

    /// <summary>The card's bank took money back: the provider holds less, and who had a share of it owes it.</summary>
    /// <param name="before">The order before.</param>
    /// <param name="after">The order afterwards.</param>
    /// <param name="card">Of what was not given back yet.</param>
    /// <param name="settled">Of refunds that were due and not sent.</param>
    /// <param name="lost">Of what had been given back: paid twice, and the platform's loss.</param>
    public static Posting[] ChargedBack(Order before, Order after, long card, long settled, long lost)
    {
        var sheet = new Sheet(after.Currency);
        foreach (var posting in Refunded(before, after)) sheet.Add(posting.Account, posting.Unit, posting.Amount);
        // Nothing is due to the card: the bank has it.
        sheet.Add(LedgerAccounts.RefundsDue, -card - settled);
        sheet.Add(LedgerAccounts.CardProvider, card + settled + lost);
        sheet.Add(LedgerAccounts.PlatformIncome, -lost);
        return Array.ConvertAll(sheet.ToPostings(), posting => posting with { Floor = null });
    }

    /// <summary>The provider took money for an order that is closed: it is due to the buyer.</summary>
    public static Posting[] Late(string currency, long amount) =>
    [
        new(LedgerAccounts.CardProvider, currency, -amount), new(LedgerAccounts.RefundsDue, currency, amount),
    ];

    /// <summary>The provider sent back what was due.</summary>
    public static Posting[] Sent(string currency, long amount) =>
    [
        new(LedgerAccounts.RefundsDue, currency, -amount), new(LedgerAccounts.CardProvider, currency, amount),
    ];

    private static string AccountOf(UserId buyer, PaymentMethod method, string card) => method switch
    {
        PaymentMethod.Wallet => LedgerAccounts.Wallet(buyer),
        PaymentMethod.Card => card,
        PaymentMethod.Points => LedgerAccounts.PlatformPoints,
        _ => throw new InvalidOperationException($"{method} moves no money."),
    };

    /// <summary>Collects what is posted to each account, so that each gets one line.</summary>
    private sealed class Sheet(string currency)
    {
        private readonly Dictionary<(string Account, string Unit), (long Amount, long? Floor)> _lines = [];

        public void Add(string account, long amount) => Add(account, currency, amount, null);

        public void Add(string account, string unit, long amount) => Add(account, unit, amount, null);

        public void Add(LedgerLine line) => Add(line.Account, line.Unit, line.Amount, line.Floor);

        public void AddPoints(UserId user, long points)
        {
            if (points == 0) return;
            Add(LedgerAccounts.PointsOf(user), LedgerAccounts.Points, points, 0);
            Add(LedgerAccounts.PointsIssued, LedgerAccounts.Points, -points, null);
        }

        public Posting[] ToPostings() =>
        [
            .. _lines.Where(line => line.Value.Amount != 0)
                .OrderBy(line => line.Key.Account, StringComparer.Ordinal)
                .ThenBy(line => line.Key.Unit, StringComparer.Ordinal)
                .Select(line => new Posting(
                    line.Key.Account, line.Key.Unit, line.Value.Amount, line.Value.Amount < 0 ? FloorOf(line) : null)),
        ];

        private void Add(string account, string unit, long amount, long? floor)
        {
            var (before, known) = _lines.GetValueOrDefault((account, unit));
            _lines[(account, unit)] = (checked(before + amount), floor ?? known);
        }

        /// <summary>Wallets are prepaid: nobody spends, and no refund of a top-up takes, what is not there.</summary>
        private static long? FloorOf(
            KeyValuePair<(string Account, string Unit), (long Amount, long? Floor)> line) =>
            line.Value.Floor
            ?? (line.Key.Account.StartsWith("wallet:", StringComparison.Ordinal) ? 0 : null);
    }
}
