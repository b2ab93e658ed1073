using Engage.Contracts.Activity;

namespace Engage.Contracts.Economy;

/// <summary>
/// What one user's activity earns her. Key: the user's id. Points follow from the journal, each event once; what was
/// earned is booked to the ledger account <c>points:&lt;user&gt;</c>, from which orders are paid.
/// </summary>
[Alias("engage.IPointsGrain")]
public interface IPointsGrain : IActivityProjectionGrain
{
    /// <summary>Books what was earned since, so that all of it can be spent, and says how she stands.</summary>
    /// <exception cref="BusyException">The books are full; ask again.</exception>
    [Alias("GetAsync")]
    Task<PointsStanding> GetAsync();

    /// <summary>What is null stays as it is.</summary>
    /// <returns>Null if all was taken, otherwise why nothing was.</returns>
    [Alias("ChangeAsync")]
    Task<string?> ChangeAsync(PointsSettings settings);

    /// <summary>What she earned in one community, for her own line below its leader board.</summary>
    [Alias("InCommunityAsync")]
    Task<LeaderPoints> InCommunityAsync(CommunityId community);

    /// <summary>
    /// Forgets the person: streak, settings, days, places on boards. The ledger stays. She earns nothing any more.
    /// </summary>
    [Alias("EraseAsync")]
    Task EraseAsync();

    /// <summary>Days that lie between two changes of the time zone, or a day could be had twice.</summary>
    const int ZoneDaysMin = 7;
}

/// <param name="TimeZone">Id of the IANA data base, such as <c>Europe/Berlin</c>.</param>
/// <param name="Listed">Whether she appears on leader boards.</param>
[GenerateSerializer, Immutable, Alias("engage.points-settings")]
public sealed record PointsSettings([property: Id(0)] string? TimeZone, [property: Id(1)] bool? Listed);

/// <summary>How a user stands.</summary>
[GenerateSerializer, Immutable, Alias("engage.points-standing")]
public sealed record PointsStanding
{
    /// <summary>What can be spent: the ledger's balance.</summary>
    [Id(0)] public required long Points { get; init; }

    /// <summary>All ever earned, spent or not.</summary>
    [Id(1)] public required long Earned { get; init; }

    /// <summary>From 1.</summary>
    [Id(2)] public required int Level { get; init; }

    /// <summary>What it took to reach this level, and what the next one takes; null at the highest.</summary>
    [Id(3)] public required long LevelFrom { get; init; }
    [Id(4)] public required long? LevelNext { get; init; }

    /// <summary>Days in a row up to today or, if nothing was done today yet, yesterday.</summary>
    [Id(5)] public required int Streak { get; init; }
    [Id(6)] public required int StreakBest { get; init; }
    [Id(7)] public required string TimeZone { get; init; }
    [Id(8)] public required bool Listed { get; init; }

    /// <summary>Which day it is there.</summary>
    [Id(9)] public required DateOnly Day { get; init; }
    [Id(10)] public required PointsRuleUse[] Rules { get; init; }
}

/// <param name="Done">How often it earned something on this day.</param>
[GenerateSerializer, Immutable, Alias("engage.points-rule-use")]
public sealed record PointsRuleUse(
    [property: Id(0)] string Rule,
    [property: Id(1)] int Points,
    [property: Id(2)] int PerDay,
    [property: Id(3)] int Done);
