using System.Globalization;
using Engage.Grains.Commerce.Shares;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// What postings of one account add up to. Sums of sums: figures of single days make those of all time, so that
/// nothing of a day has to be kept but these.
/// </summary>
internal sealed class IncomeFigures
{
    public const string Refund = "refund";
    public const string Chargeback = "chargeback";
    public const string Payout = "payout";
    private readonly Dictionary<(string Kind, string Unit), IncomeKindSum> _kinds = [];
    private readonly Dictionary<(string Month, string Unit), IncomeMonthSum> _months = [];

    public IReadOnlyDictionary<(string Kind, string Unit), IncomeKindSum> Kinds => _kinds;

    /// <summary>Of UTC, such as <c>2026-11</c>.</summary>
    public IReadOnlyDictionary<(string Month, string Unit), IncomeMonthSum> Months => _months;

    public long BalanceOf(string unit) =>
        _kinds.Where(pair => pair.Key.Unit == unit).Sum(pair => pair.Value.Net);

    public void Add(IncomeLine line)
    {
        // Credits and other units of our own are no income.
        if (!IsMoney(line.Unit)) return;

        Add((line.Kind, line.Unit), new IncomeKindSum(line.Amount, line.Gross, 1));
        if (line.Kind != Payout) Add((MonthOf(line.At, 0), line.Unit), new IncomeMonthSum(line.Amount, 0, 0));
        if (line is not { PaidAt: { } paidAt, Months: > 0 }) return;

        // A charge is split over the months of its period, from that of its payment on; what is given back of it, over
        // the same: so that all months together are exactly what was posted.
        var parts = Parts.Split(Math.Abs(line.Amount), Enumerable.Repeat(1L, line.Months).ToArray());
        for (var i = 0; i < line.Months; i++)
            Add(
                (MonthOf(paidAt, i), line.Unit),
                new IncomeMonthSum(0, Math.Sign(line.Amount) * parts[i], line.Charges));
    }

    public void Add(IncomeFigures others)
    {
        foreach (var (key, sum) in others._kinds) Add(key, sum);
        foreach (var (key, sum) in others._months) Add(key, sum);
    }

    /// <summary>Of UTC.</summary>
    public static string MonthOf(DateTimeOffset at, int later) =>
        new DateOnly(at.UtcDateTime.Year, at.UtcDateTime.Month, 1).AddMonths(later)
            .ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private void Add((string, string) key, IncomeKindSum sum) => _kinds[key] = _kinds.GetValueOrDefault(key) + sum;

    private void Add((string, string) key, IncomeMonthSum sum) => _months[key] = _months.GetValueOrDefault(key) + sum;

    private static bool IsMoney(string unit) => unit.Length == 3 && unit.All(char.IsAsciiLetterUpper);
}

/// <param name="Net">What came to the account.</param>
/// <param name="Gross">What buyers paid for it.</param>
/// <param name="Count">Postings.</param>
internal readonly record struct IncomeKindSum(long Net, long Gross, int Count)
{
    public static IncomeKindSum operator +(IncomeKindSum a, IncomeKindSum b) =>
        new(a.Net + b.Net, a.Gross + b.Gross, a.Count + b.Count);
}

/// <param name="Net">What was posted in the month, without payouts.</param>
/// <param name="Recurring">What the month earns of subscriptions.</param>
/// <param name="Charges">Charges of subscriptions that it is earned from, without those that were given back.</param>
internal readonly record struct IncomeMonthSum(long Net, long Recurring, int Charges)
{
    public static IncomeMonthSum operator +(IncomeMonthSum a, IncomeMonthSum b) =>
        new(a.Net + b.Net, a.Recurring + b.Recurring, a.Charges + b.Charges);
}

/// <summary>One posting of an account, with what its order says about it.</summary>
/// <param name="Amount">What came to the account; below 0: what went.</param>
internal sealed record IncomeLine(DateTimeOffset At, string Kind, string Unit, long Amount)
{
    /// <summary>What the buyer paid for the lines that it is a part of; 0 where nobody paid.</summary>
    public long Gross { get; init; }

    /// <summary>When the charge of a subscription that it belongs to was paid: its months are counted from then on.
    /// Null: it belongs to none.</summary>
    public DateTimeOffset? PaidAt { get; init; }
    public int Months { get; init; }

    /// <summary>1 for a charge, -1 for a refund after which nothing is left of it, else 0.</summary>
    public int Charges { get; init; }
}
