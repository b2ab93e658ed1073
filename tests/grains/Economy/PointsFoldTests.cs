using Engage.Contracts.Activity;
using Engage.Contracts.Economy;
using Engage.Grains.Economy;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Tests.Economy;

public sealed class PointsFoldTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 4, 0, 0, TimeSpan.Zero);
    private static readonly EconomyOptions Rules = new();
    private static readonly PointsZone Zone = new(Options.Create(Rules));
    private static readonly PointsFold Fold = new(Rules, Zone);

    [Fact]
    public void EachKindEarnsWhatItsRuleSaysUpToTheDaysCap()
    {
        var state = new PointsState();

        for (var i = 0; i < 8; i++) Apply(state, i, Act(ActivityKind.Completed, $"c-{i}"));

        Assert.Equal(5 * 10, state.Earned);
        Assert.Equal(5, Use(state, "completed").Done);
    }

    [Fact]
    public void MembersEarnMoreRoundedToWholePoints()
    {
        var state = new PointsState();

        var more = Fold.Apply(
            state, new(0, 1), Act(ActivityKind.Shared, "c-1"), Noon, own: false, new(150, null));
        var own = Fold.Apply(
            state, new(0, 2), Act(ActivityKind.Shared, "c-2"), Noon, own: true, new(150, null));

        Assert.Equal((5, 0), (more, own));
    }

    [Fact]
    public void WeekAndDayAreThoseOfTheCommunityUnlessSheChoseATimeZone()
    {
        // Monday in Shanghai, Sunday in London.
        var late = new DateTimeOffset(2026, 11, 22, 16, 30, 0, TimeSpan.Zero);
        var (here, there, chosen) = (
            new PointsState(), new PointsState(), new PointsState { TimeZone = "Asia/Shanghai" });
        var liked = Act(ActivityKind.Liked, "c-1", late) with { Community = new("g-1") };

        Fold.Apply(here, new(0, 1), liked, late, own: false);
        foreach (var state in (PointsState[])[there, chosen])
            Fold.Apply(state, new(0, 1), liked, late, own: false, new(100, "Europe/London"));

        Assert.Equal((1, 1), (here.Days[0].Day - there.Days[0].Day, chosen.Days[0].Day - there.Days[0].Day));
        Assert.Equal(here.Communities["g-1"].Week - 1, there.Communities["g-1"].Week);
        Assert.Equal(there.Communities["g-1"].Week, chosen.Communities["g-1"].Week);
    }

    [Fact]
    public void TheSameContentEarnsOnceADay()
    {
        var state = new PointsState();

        var first = Apply(state, 1, Act(ActivityKind.Liked, "c-1"));
        var again = Apply(state, 2, Act(ActivityKind.Liked, "c-1"));
        var tomorrow = Apply(state, 3, Act(ActivityKind.Liked, "c-1", Noon.AddDays(1)), Noon.AddDays(1));

        Assert.Equal((1, 0, 1), (first, again, tomorrow));
    }

    [Fact]
    public void OnesOwnAndPurchasesEarnNothing()
    {
        var state = new PointsState();

        var own = Fold.Apply(state, new(0, 1), Act(ActivityKind.Completed, "c-1"), Noon, own: true);
        var bought = Apply(state, 2, Act(ActivityKind.Purchased, "c-1"));

        Assert.Equal((0, 0, 0), (own, bought, state.Streak));
    }

    [Fact]
    public void WhatIsToldMoreThanADayLateEarnsNothing()
    {
        var state = new PointsState();

        var late = Apply(state, 1, Act(ActivityKind.Completed, "c-1", Noon.AddDays(-1).AddSeconds(-1)));
        var yesterday = Apply(state, 2, Act(ActivityKind.Completed, "c-1", Noon.AddDays(-1)));

        Assert.Equal((0, 10), (late, yesterday));
    }

    [Fact]
    public void DaysInARowCountByTheUsersOwnMidnight()
    {
        // 22 November, 23:30 and 00:30 of Shanghai; in Berlin both are the same day.
        var before = new DateTimeOffset(2026, 11, 22, 15, 30, 0, TimeSpan.Zero);
        var shanghai = new PointsState();
        var berlin = new PointsState { TimeZone = "Europe/Berlin" };

        foreach (var state in new[] { shanghai, berlin })
        {
            Apply(state, 1, Act(ActivityKind.Viewed, "c-1", before), before);
            Apply(state, 2, Act(ActivityKind.Viewed, "c-2", before.AddHours(1)), before.AddHours(1));
        }

        Assert.Equal((2, 1), (shanghai.Streak, berlin.Streak));
    }

    [Fact]
    public void TheSeventhDayInARowEarnsMoreAndAGapBeginsAnew()
    {
        var state = new PointsState();

        for (var day = 0; day < 7; day++)
            Apply(state, day, Act(ActivityKind.Viewed, "c-1", Noon.AddDays(day)), Noon.AddDays(day));
        var week = state.Earned;
        Apply(state, 9, Act(ActivityKind.Viewed, "c-1", Noon.AddDays(8)), Noon.AddDays(8));

        Assert.Equal(7 + Rules.StreakPoints, week);
        Assert.Equal((1, 7), (state.Streak, state.StreakBest));
        Assert.Equal(0, PointsFold.StreakAt(state, Day(Noon.AddDays(10))));
    }

    [Fact]
    public void LevelsAreReachedByAllThatWasEverEarned()
    {
        Assert.Equal((1, 2, 10), (Fold.LevelOf(99), Fold.LevelOf(100), Fold.LevelOf(50_000)));
        Assert.Equal((0, 100L), Fold.LevelBounds(1));
        Assert.Equal((50_000, null), Fold.LevelBounds(10));
    }

    [Fact]
    public void NobodyEarnsMoreInADayThanItsRulesAllowWhateverIsSent()
    {
        var most = Rules.Rules.Values.Sum(rule => (long)rule.Points * rule.PerDay) + Rules.StreakPoints;
        var act =
            from kind in Gen.Elements(Enum.GetValues<ActivityKind>())
            from content in Gen.Choose(0, 40)
            from minutes in Gen.Choose(-48 * 60, 6 * 60)
            select (kind, content, minutes);

        Prop.ForAll(act.ArrayOf(300).ToArbitrary(), sent =>
        {
            var state = new PointsState();
            var perDay = new Dictionary<int, long>();
            foreach (var (offset, (kind, content, minutes)) in sent.Index())
            {
                var at = Noon.AddMinutes(minutes);
                var earned = Apply(state, offset, Act(kind, $"c-{content}", at));
                perDay[Day(at)] = perDay.GetValueOrDefault(Day(at)) + earned;
            }
            return perDay.Values.All(points => points <= most) && state.Days.Count <= 2
                && state.Earned == perDay.Values.Sum() && state.Earned == state.Accrued;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void CommunitiesAreBoundedAndTheWeekBeginsAnew()
    {
        var state = new PointsState();

        for (var i = 0; i < 100; i++)
        {
            var at = Noon.AddDays(i / 5);
            Apply(state, i, Act(ActivityKind.Completed, $"c-{i}", at) with { Community = new($"g-{i}") }, at);
        }
        // From Thursday to the Monday after.
        var later = Noon.AddDays(22);
        Apply(state, 200, Act(ActivityKind.Completed, "c-1", later) with { Community = new("g-93") }, later);

        Assert.Equal(64, state.Communities.Count);
        Assert.Equal((20, 10), (state.Communities["g-93"].Total, state.Communities["g-93"].InWeek));
    }

    private static long Apply(PointsState state, long offset, ActivityEvent activity, DateTimeOffset? now = null) =>
        Fold.Apply(state, new(0, offset), activity, now ?? Noon, own: false);

    private static PointsRuleUse Use(PointsState state, string rule) =>
        Fold.Uses(state, Day(Noon)).Single(use => use.Rule == rule);

    private static int Day(DateTimeOffset at) => Zone.DayOf(null, at).DayNumber;

    private static ActivityEvent Act(ActivityKind kind, string content, DateTimeOffset? at = null) => new()
    {
        EventId = Guid.Empty,
        User = new("u-1"),
        Kind = kind,
        Content = new(content),
        OccurredAt = at ?? Noon,
    };
}
