namespace Engage.Api.Dashboards;

/// <summary>Section <c>Dashboards</c>.</summary>
internal sealed class DashboardOptions
{
    public static readonly TimeSpan PeriodMin = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan PeriodMax = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often a dashboard is read and pushed while somebody watches: half of it is how old what one sees is on
    /// average, all of it at most, besides the way. Each push costs one call per room. 100 ms to 1 s; default 500 ms.
    /// </summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often it is asked whether watchers still own the creator. Default 30 s.</summary>
    public TimeSpan AccessPeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Dashboards that one connection may watch. Default 8.</summary>
    public int PerConnectionMax { get; set; } = 8;

    public bool IsValid =>
        Period >= PeriodMin && Period <= PeriodMax && AccessPeriod >= Period && PerConnectionMax >= 1;
}
