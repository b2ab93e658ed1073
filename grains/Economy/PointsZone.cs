using Engage.Contracts.Economy;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Economy;

/// <summary>Which local day it is for whom.</summary>
internal sealed class PointsZone
{
    public PointsZone(IOptions<EconomyOptions> options)
    {
        DefaultId = options.Value.TimeZone;
        Default = Find(DefaultId)
            ?? TimeZoneInfo.CreateCustomTimeZone("UTC+08:00", TimeSpan.FromHours(8), "UTC+08:00", "UTC+08:00");
    }

    public string DefaultId { get; }

    private TimeZoneInfo Default { get; }

    /// <param name="id">Null: the platform's.</param>
    /// <param name="at">The moment.</param>
    public DateOnly DayOf(string? id, DateTimeOffset at) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, (id is null ? null : Find(id)) ?? Default).DateTime);

    /// <returns>Null if this machine knows no such time zone.</returns>
    public static TimeZoneInfo? Find(string id) => ZoneIds.Find(id);
}
