using Engage.Contracts.Commerce;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// When the periods of a subscription begin. All are counted from the first, so that a subscription begun on the 31st
/// renews on the last day of shorter months and on the 31st again: adding a month to a shortened date would lose days.
/// </summary>
internal static class BillingPeriods
{
    /// <param name="anchor">The first moment of period 1.</param>
    /// <param name="interval">Month or year of the Gregorian calendar, in UTC.</param>
    /// <param name="period">From 1.</param>
    public static DateTimeOffset StartOf(DateTimeOffset anchor, BillingInterval interval, int period) =>
        anchor.AddMonths((period - 1) * MonthsOf(interval));

    public static int MonthsOf(BillingInterval interval) => interval == BillingInterval.Year ? 12 : 1;
}
