using Engage.Contracts.Activity;

namespace Engage.Grains.Economy;

/// <summary>What activity earns; docs/protocol.md, "Points".</summary>
public sealed class EconomyOptions
{
    /// <summary>
    /// What one event of a kind earns. To take a rule away set its <see cref="PointsRule.Points"/> to 0. There is none
    /// for purchases: what clients say of them is not proven.
    /// </summary>
    public Dictionary<ActivityKind, PointsRule> Rules { get; } = new()
    {
        [ActivityKind.Viewed] = new() { Points = 1, PerDay = 10 },
        [ActivityKind.Completed] = new() { Points = 10, PerDay = 5 },
        [ActivityKind.Commented] = new() { Points = 3, PerDay = 10 },
        [ActivityKind.Liked] = new() { Points = 1, PerDay = 10 },
        [ActivityKind.Shared] = new() { Points = 3, PerDay = 5 },
        [ActivityKind.Rated] = new() { Points = 2, PerDay = 5 },
        [ActivityKind.Joined] = new() { Points = 5, PerDay = 3 },
        [ActivityKind.Enrolled] = new() { Points = 5, PerDay = 3 },
    };

    /// <summary>Points on every <see cref="StreakDays"/>th day in a row; 0: none. Default 20.</summary>
    public int StreakPoints { get; set; } = 20;

    /// <summary>Default 7.</summary>
    public int StreakDays { get; set; } = 7;

    /// <summary>Points at which level 2, 3, … are reached, rising. Level 1 takes none.</summary>
    public long[] Levels { get; set; } = [100, 300, 700, 1_500, 3_000, 6_000, 12_000, 25_000, 50_000];

    /// <summary>
    /// Whose days count for users who chose no time zone, and whose weeks for leader boards; id of the IANA data base.
    /// Default <c>Asia/Shanghai</c>; a machine without the data base takes UTC+8 for it.
    /// </summary>
    public string TimeZone { get; set; } = "Asia/Shanghai";

    /// <summary>
    /// What is told later than this after it happened earns nothing: days that are over cannot be filled up afterwards.
    /// At most a day, since only two days' counts are kept. Default 1 day.
    /// </summary>
    public TimeSpan LateMax { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How long points may wait before they are booked while their user goes on; more often costs one ledger entry
    /// each. Whoever looks at them or spends them has them booked at once. Default 1 minute.
    /// </summary>
    public TimeSpan SettlePeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The currency that points pay in, ISO 4217. Default CNY.</summary>
    public string RedeemCurrency { get; set; } = "CNY";

    /// <summary>What a point pays, in minor units. Default 1.</summary>
    public long MinorUnitsPerPoint { get; set; } = 1;

    /// <summary>
    /// How much of an order points may pay, in basis points (1/10,000). Less than all keeps sellers' and platform's
    /// books from being paid by their own marketing alone. Default 5,000.
    /// </summary>
    public int RedeemShareMax { get; set; } = 5_000;

    /// <summary>Whether events of the kind may earn something, and so count for a day in a row.</summary>
    public bool Counts(ActivityKind kind) => Rules.TryGetValue(kind, out var rule) && rule.Points > 0;

    /// <summary>Whether it happened too long ago to earn anything.</summary>
    public bool IsLate(ActivityEvent activity, DateTimeOffset now) => now - activity.OccurredAt > LateMax;

    /// <summary>
    /// Which events are worth telling somebody's points: of a history that is played back, none is.
    /// </summary>
    internal Func<ActivityEvent, bool> Earns(DateTimeOffset now) =>
        activity => Counts(activity.Kind) && !IsLate(activity, now);
}

/// <summary>What one kind of activity earns.</summary>
public sealed class PointsRule
{
    /// <summary>For one event; 0: the rule is off.</summary>
    public int Points { get; set; }

    /// <summary>Events of the kind that earn something on one local day of the user. Default 10.</summary>
    public int PerDay { get; set; } = 10;
}
