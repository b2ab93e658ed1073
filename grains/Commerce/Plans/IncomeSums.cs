using Engage.Contracts.Commerce.Plans;

namespace Engage.Grains.Commerce.Plans;

/// <summary>How figures are told. Pure.</summary>
internal static class IncomeSums
{
    /// <param name="known">Of all that was posted up to <paramref name="at"/>.</param>
    /// <param name="within">Of that, what was posted from <paramref name="from"/> on and before
    /// <paramref name="to"/>.</param>
    public static Income Of(
        string account, IncomeFigures known, IncomeFigures within, DateTimeOffset from, DateTimeOffset to,
        DateTimeOffset at) => new()
    {
        Account = account,
        From = from,
        To = to,
        At = at,
        Totals =
        [
            .. known.Kinds.Keys.Select(key => key.Unit).Distinct().Order(StringComparer.Ordinal)
                .Select(unit => Total(unit, within, known.BalanceOf(unit))),
        ],
        Kinds =
        [
            .. within.Kinds.OrderBy(pair => pair.Key)
                .Select(pair => new IncomeKind(pair.Key.Kind, pair.Key.Unit, pair.Value.Net, pair.Value.Count)),
        ],
        Months = Months(known, from, to),
    };

    private static IncomeTotal Total(string unit, IncomeFigures within, long balance)
    {
        var own = within.Kinds.Where(pair => pair.Key.Unit == unit).ToArray();
        var refunds = NetOf(IncomeFigures.Refund) + NetOf(IncomeFigures.Chargeback);
        var payouts = NetOf(IncomeFigures.Payout);
        var gross = own.Sum(pair => pair.Value.Gross);
        var net = own.Sum(pair => pair.Value.Net) - refunds - payouts;
        return new(unit, gross, net - gross, refunds, net + refunds, payouts, balance);

        long NetOf(string kind) => own.Where(pair => pair.Key.Kind == kind).Sum(pair => pair.Value.Net);
    }

    private static IncomeMonth[] Months(IncomeFigures known, DateTimeOffset from, DateTimeOffset to)
    {
        var (first, last) = (IncomeFigures.MonthOf(from, 0), IncomeFigures.MonthOf(to, 0));
        return
        [
            .. known.Months
                .Where(pair => string.CompareOrdinal(pair.Key.Month, first) >= 0
                    && string.CompareOrdinal(pair.Key.Month, last) <= 0)
                .OrderBy(pair => pair.Key)
                .Select(pair => new IncomeMonth(
                    pair.Key.Month, pair.Key.Unit, pair.Value.Net, pair.Value.Recurring, pair.Value.Charges)),
        ];
    }
}
