using System.Globalization;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Shares;

namespace Engage.Grains.Commerce.Plans;

/// <summary>What postings add up to. Pure.</summary>
internal static class IncomeSums
{
    private const string Refund = "refund";
    private const string Payout = "payout";

    /// <param name="lines">Of one account.</param>
    /// <param name="from">Included.</param>
    /// <param name="to">Not included.</param>
    /// <param name="at">What was posted later is not known yet.</param>
    public static Income Of(
        string account, IReadOnlyList<IncomeLine> lines, DateTimeOffset from, DateTimeOffset to, DateTimeOffset at)
    {
        var known = lines.Where(line => line.At <= at && IsMoney(line.Unit)).ToArray();
        var within = known.Where(line => line.At >= from && line.At < to).ToArray();
        return new()
        {
            Account = account,
            From = from,
            To = to,
            At = at,
            Totals =
            [
                .. known.GroupBy(line => line.Unit).OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => Total(group.Key, within, group.Sum(line => line.Amount))),
            ],
            Kinds =
            [
                .. within.GroupBy(line => (line.Kind, line.Unit)).OrderBy(group => group.Key)
                    .Select(group => new IncomeKind(
                        group.Key.Kind, group.Key.Unit, group.Sum(line => line.Amount), group.Count())),
            ],
            Months = Months(known, from, to),
        };
    }

    /// <summary>
    /// What each month earns of subscriptions. A charge is split over the months of its period, from that of its
    /// payment on; what is given back of it, over the same: so that all months together are exactly what was posted.
    /// </summary>
    public static Dictionary<(string Month, string Unit), (long Amount, int Subscriptions)> Recurring(
        IEnumerable<IncomeLine> lines)
    {
        var amounts = new Dictionary<(string, string), Dictionary<string, long>>();
        foreach (var line in lines)
        {
            if (line is not { Subscription: { } subscription, PaidAt: { } paidAt, Months: > 0 }) continue;

            var parts = Parts.Split(Math.Abs(line.Amount), Enumerable.Repeat(1L, line.Months).ToArray());
            for (var i = 0; i < line.Months; i++)
            {
                var key = (MonthOf(paidAt, i), line.Unit);
                if (!amounts.TryGetValue(key, out var perSubscription)) amounts[key] = perSubscription = [];
                perSubscription[subscription] =
                    perSubscription.GetValueOrDefault(subscription) + (Math.Sign(line.Amount) * parts[i]);
            }
        }
        return amounts.ToDictionary(
            pair => pair.Key, pair => (pair.Value.Values.Sum(), pair.Value.Values.Count(amount => amount > 0)));
    }

    private static IncomeTotal Total(string unit, IncomeLine[] within, long balance)
    {
        var own = within.Where(line => line.Unit == unit).ToArray();
        var sold = own.Where(line => line.Kind is not (Refund or Payout)).ToArray();
        var gross = sold.Sum(line => line.Gross);
        var refunds = own.Where(line => line.Kind == Refund).Sum(line => line.Amount);
        var net = sold.Sum(line => line.Amount);
        return new(
            unit, gross, net - gross, refunds, net + refunds,
            own.Where(line => line.Kind == Payout).Sum(line => line.Amount), balance);
    }

    private static IncomeMonth[] Months(IncomeLine[] known, DateTimeOffset from, DateTimeOffset to)
    {
        var recurring = Recurring(known);
        var net = known.Where(line => line.Kind != Payout)
            .GroupBy(line => (Month: MonthOf(line.At, 0), line.Unit))
            .ToDictionary(group => group.Key, group => group.Sum(line => line.Amount));
        var (first, last) = (MonthOf(from, 0), MonthOf(to, 0));
        return
        [
            .. recurring.Keys.Union(net.Keys)
                .Where(key => string.CompareOrdinal(key.Item1, first) >= 0
                    && string.CompareOrdinal(key.Item1, last) <= 0)
                .OrderBy(key => key)
                .Select(key => new IncomeMonth(
                    key.Item1, key.Item2, net.GetValueOrDefault(key), recurring.GetValueOrDefault(key).Amount,
                    recurring.GetValueOrDefault(key).Subscriptions)),
        ];
    }

    /// <summary>Credits and other units of our own are no income.</summary>
    private static bool IsMoney(string unit) => unit.Length == 3 && unit.All(char.IsAsciiLetterUpper);

    /// <summary>Of UTC.</summary>
    private static string MonthOf(DateTimeOffset at, int later) =>
        new DateOnly(at.UtcDateTime.Year, at.UtcDateTime.Month, 1).AddMonths(later)
            .ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
