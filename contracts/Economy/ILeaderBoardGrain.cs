using Orleans.Concurrency;

namespace Engage.Contracts.Economy;

/// <summary>
/// Who earned most in one community, this week and ever. Key: the community's id. Keeps the best
/// <see cref="KeptMax"/> of each; whoever fell out and earns more is told of again with all she has.
/// </summary>
[Alias("engage.ILeaderBoardGrain")]
public interface ILeaderBoardGrain : IGrainWithStringKey
{
    /// <summary>Durable when it completes. Absolute: telling it again, or late, is harmless.</summary>
    [AlwaysInterleave, Alias("ReportAsync")]
    Task ReportAsync(LeaderPoints points);

    /// <summary>She is on it no more.</summary>
    [AlwaysInterleave, Alias("RemoveAsync")]
    Task RemoveAsync(UserId user);

    /// <param name="period">Of which points.</param>
    /// <param name="limit">1 to <see cref="LimitMax"/>.</param>
    /// <param name="me">Whose rank is wanted, too.</param>
    [AlwaysInterleave, Alias("GetAsync")]
    Task<LeaderList> GetAsync(LeaderPeriod period, int limit, UserId? me);

    /// <summary>Whose days and weeks count in this community.</summary>
    [AlwaysInterleave, Alias("GetZoneAsync")]
    Task<CommunityZone> GetZoneAsync();

    /// <param name="timeZone">Id of the IANA data base.</param>
    /// <returns>Null if it was taken, otherwise why not.</returns>
    [AlwaysInterleave, Alias("SetZoneAsync")]
    Task<string?> SetZoneAsync(string timeZone);

    const int LimitMax = 100;
    const int KeptMax = 1_000;
}

[GenerateSerializer, Alias("engage.leader-period")]
public enum LeaderPeriod
{
    Week = 1,
    All = 2,
}

/// <summary>What one user earned in one community.</summary>
/// <param name="Total">Ever.</param>
/// <param name="Week">The week in which she earned last; counted as <see cref="LeaderWeek"/> does.</param>
/// <param name="InWeek">In that week.</param>
/// <param name="Level">By all she earned everywhere.</param>
[GenerateSerializer, Immutable, Alias("engage.leader-points")]
public sealed record LeaderPoints(
    [property: Id(0)] UserId User,
    [property: Id(1)] long Total,
    [property: Id(2)] int Week,
    [property: Id(3)] long InWeek,
    [property: Id(4)] int Level);

/// <param name="From">The day on which the week began; null for all time.</param>
/// <param name="MyRank">Null if she is not among those kept.</param>
[GenerateSerializer, Immutable, Alias("engage.leader-list")]
public sealed record LeaderList(
    [property: Id(0)] DateOnly? From, [property: Id(1)] Leader[] Items, [property: Id(2)] int? MyRank);

/// <param name="TimeZone">Id of the IANA data base: the platform's until the community has one of its own.</param>
/// <param name="ChangeableFrom">When it may be changed again; null: now.</param>
[GenerateSerializer, Immutable, Alias("engage.community-zone")]
public sealed record CommunityZone(
    [property: Id(0)] string TimeZone, [property: Id(1)] DateTimeOffset? ChangeableFrom);

/// <param name="Rank">From 1; those with equal points share one.</param>
[GenerateSerializer, Immutable, Alias("engage.leader")]
public sealed record Leader(
    [property: Id(0)] int Rank,
    [property: Id(1)] UserId User,
    [property: Id(2)] long Points,
    [property: Id(3)] int Level);

/// <summary>Weeks begin on Monday.</summary>
public static class LeaderWeek
{
    /// <summary>Weeks since Monday, 1 January of the year 1.</summary>
    public static int Of(DateOnly day) => day.DayNumber / 7;

    public static DateOnly FirstDay(int week) => DateOnly.FromDayNumber(week * 7);
}
