namespace Engage.Recommend.Tests;

public sealed class ChurnLabelTests
{
    private const long DayMs = 86_400_000;
    private const long StartMs = 1_700_000_000_000;

    // Beyond the first window, in which nothing is learned.
    private const long WarmMs = StartMs + (8 * DayMs);

    private readonly Outlook _outlook = new(new OutlookOptions(), 1);
    private readonly Dictionary<string, List<UserAction>> _histories = [];

    [Fact]
    public void WhoReturnsWithinTheWindowIsNegativeAtOnce()
    {
        Act("other", StartMs);

        for (var i = 0; i < 40; i++)
            Act($"u{i}", WarmMs);
        for (var i = 0; i < 40; i++)
            Act($"u{i}", WarmMs + (6 * DayMs) + (23 * 3_600_000));

        // About half were asked about a later moment; some of these moments had not come.
        Assert.InRange(_outlook.Progress.Churn.Window, 20, 41);
        Assert.Equal(1.0 / _outlook.Progress.Churn.Window, _outlook.Progress.Churn.PositiveRate, 1.1 / 20);
    }

    [Fact]
    public void WhoStaysAwayIsPositiveWhenTheStreamHasPassedTheWindow()
    {
        Act("other", StartMs);
        for (var i = 0; i < 40; i++)
            Act($"u{i}", WarmMs);

        Act("other", WarmMs + (6 * DayMs));
        Assert.Equal(41, _outlook.Progress.PendingReturns);
        // The labels of a leap in time come a few with each action.
        for (var i = 0; i < 20; i++)
            Act("other", WarmMs + (15 * DayMs) + i);

        Assert.InRange(_outlook.Progress.Churn.Window, 40, 62);
        Assert.True(_outlook.Progress.Churn.PositiveRate > 0.6);
        Assert.Equal(1, _outlook.Progress.PendingReturns);
    }

    [Fact]
    public void WhoComesBackAfterTheWindowHadLeft()
    {
        Act("other", StartMs);
        Act("u", WarmMs);

        Act("u", WarmMs + (15 * DayMs));

        Assert.Equal(1, _outlook.Progress.Churn.Window);
        Assert.Equal(1, _outlook.Progress.Churn.PositiveRate);
    }

    [Fact]
    public void NothingIsLearnedWhileOnlyReturnsCanBeKnown()
    {
        for (var i = 0; i < 100; i++)
            Act("u", StartMs + (i * 3_600_000));

        Assert.Equal(0, _outlook.Progress.Churn.Examples);
    }

    [Fact]
    public void AnActionOfLongAgoDoesNotEndTheTimeInWhichOnlyReturnsCanBeKnown()
    {
        Act("other", StartMs);
        Act("late", 0);
        for (var i = 0; i < 100; i++)
            Act("u", StartMs + (i * 3_600_000));

        Assert.Equal(0, _outlook.Progress.Churn.Examples);
    }

    [Fact]
    public void AnActionOfLongAgoIsNoDeparture()
    {
        Act("other", StartMs);
        for (var i = 0; i < 40; i++)
            Act($"u{i}", WarmMs);

        var waitedFor = _outlook.Progress.PendingReturns;

        // Known users and new ones report late; then all are there again.
        for (var i = 0; i < 60; i++)
            Act($"u{i}", i % 2 * (WarmMs - (7 * DayMs) - 1));
        Assert.Equal(waitedFor, _outlook.Progress.PendingReturns);
        for (var i = 0; i < 60; i++)
            Act($"u{i}", WarmMs + (6 * DayMs) + (23 * 3_600_000));

        Assert.InRange(_outlook.Progress.Churn.Window, 20, 40);
        Assert.Equal(0, _outlook.Progress.Churn.PositiveRate);
    }

    [Fact]
    public void TooManyUsersAreSampledWhetherTheyReturnOrNot()
    {
        var full = new PendingReturns(100_000);
        var small = new PendingReturns(100);
        for (ulong i = 1; i <= 5000; i++)
        {
            var user = Neural.StableHash.Mix(i);
            full.Add(user, 1, (long)i);
            if (small.Follows(user))
                small.Add(user, 1, (long)i);
            Assert.InRange(small.Count, Math.Min((int)i, 20), 100);
        }

        var (all, sample) = (Drain(full), Drain(small));

        // Old and new alike: in the order of time, and spread evenly over it.
        Assert.Equal(5000, all.Count);
        Assert.Equal(sample.Order(), sample);
        Assert.InRange(sample.Count, 40, 100);
        Assert.InRange(sample.Average(), 2000, 3000);
        Assert.Equal(0, small.Level);
    }

    private static List<long> Drain(PendingReturns pending)
    {
        var times = new List<long>();
        while (pending.TryNext(long.MaxValue, out var user, out var found))
        {
            times.Add(found.LookMs);
            pending.Remove(user);
        }

        return times;
    }

    private void Act(string user, long atMs)
    {
        if (!_histories.TryGetValue(user, out var history))
            _histories.Add(user, history = []);
        var action = UserAction.Of(1, "i", null, null, atMs);
        _outlook.Observe(user, [.. history], action);
        history.Add(action);
    }
}
