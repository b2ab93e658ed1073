using Engage.Contracts.Activity;
using Engage.Grains.Activity;

namespace Engage.Grains.Economy;

/// <summary>What a points grain stores: what was earned and the offsets that it includes, in one write.</summary>
public sealed class PointsState : ProjectionState
{
    /// <summary>All ever earned.</summary>
    public long Earned { get; set; }

    /// <summary>Earned and not yet part of a grant.</summary>
    public long Accrued { get; set; }

    /// <summary>
    /// Named and stored before it is booked: whatever happens then, it is booked under the same name, once. While
    /// there is one, what is earned further waits in <see cref="Accrued"/>.
    /// </summary>
    public PointsGrant? Grant { get; set; }

    /// <summary>Where the newest grant ended.</summary>
    public JournalPosition GrantedThrough { get; set; }

    /// <summary>The newest event that earned something.</summary>
    public JournalPosition EarnedThrough { get; set; }

    /// <summary>The newest day with activity and the one before, if it had some.</summary>
    public List<PointsDay> Days { get => field ??= []; set; }

    /// <summary>Number of the newest day of the row (<see cref="DateOnly.DayNumber"/>).</summary>
    public int StreakDay { get; set; }
    public int Streak { get; set; }
    public int StreakBest { get; set; }

    /// <summary>Null: the platform's.</summary>
    public string? TimeZone { get; set; }
    public DateTimeOffset? TimeZoneAt { get; set; }
    public bool Unlisted { get; set; }
    public bool Erased { get; set; }

    public Dictionary<string, PointsInCommunity> Communities { get => field ??= []; set; }

    /// <summary>Communities whose leader boards were not told yet.</summary>
    public HashSet<string> Untold { get => field ??= []; set; }
}

/// <param name="At">When it was named; the ledger's time of it, whenever it is booked.</param>
public sealed record PointsGrant(JournalPosition After, JournalPosition Through, long Points, DateTimeOffset At)
{
    /// <summary>What the ledger knows it by.</summary>
    public string KeyFor(string user) => $"points:{user}:{Through.Partition}:{After.Offset}-{Through.Offset}";
}

/// <summary>What earned something on one local day.</summary>
public sealed class PointsDay
{
    public int Day { get; set; }

    /// <summary>Kind -> what it was done to: contents, or else creators or communities.</summary>
    public Dictionary<ActivityKind, HashSet<string>> Done { get => field ??= []; set; }
}

public sealed class PointsInCommunity
{
    public long Total { get; set; }
    public int Week { get; set; }
    public long InWeek { get; set; }
}
