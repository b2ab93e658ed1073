namespace Engage.Contracts.Commerce;

/// <summary>
/// Reports what was sold to the journal of activity, so that whatever learns from events learns from sales. There is
/// one, <see cref="Key"/>.
/// </summary>
[Alias("engage.ISalesReportGrain")]
public interface ISalesReportGrain : IGrainWithStringKey
{
    const string Key = "platform";

    /// <summary>Reports the next sales that are in the books. Again is harmless: each is in the journal once.</summary>
    /// <returns>Whether there may be more.</returns>
    /// <exception cref="BusyException">The journal's queue is full; they are reported later.</exception>
    [Alias("ReportAsync")]
    Task<bool> ReportAsync();
}
