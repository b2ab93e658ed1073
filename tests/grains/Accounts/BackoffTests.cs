using Engage.Grains.Accounts;

namespace Engage.Grains.Tests.Accounts;

public sealed class BackoffTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void WaitsDoubleUntilAQuarterOfAnHour()
    {
        var backoff = new Backoff(free: 3);
        var now = Start;
        var waits = new List<double>();

        for (var i = 0; i < 16; i++)
        {
            Assert.Equal(TimeSpan.Zero, backoff.Try(now));
            if (i < 2) continue;
            var wait = backoff.Try(now);
            waits.Add(wait.TotalSeconds);
            now += wait;
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900], waits);
    }

    [Fact]
    public void TriesAtOnceAreAsSlowAsOneAfterAnother()
    {
        var backoff = new Backoff(free: 5);

        var made = Enumerable.Range(0, 100).Count(_ => backoff.Try(Start) == TimeSpan.Zero);

        Assert.Equal(5, made);
    }

    [Fact]
    public void SuccessClearsAndATakenBackTryDoesNotCount()
    {
        var cleared = new Backoff(free: 2);
        var shared = new Backoff(free: 2);

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(TimeSpan.Zero, cleared.Try(Start));
            cleared.Clear();
            Assert.Equal(TimeSpan.Zero, shared.Try(Start));
            shared.TakeBack();
        }
        shared.Try(Start);
        shared.Try(Start);

        Assert.Equal(TimeSpan.FromSeconds(1), shared.Try(Start));
    }

    [Fact]
    public void WhatManyShareForgetsOneFailureAfterAnother()
    {
        var backoff = new Backoff(free: 5, forgets: TimeSpan.FromMinutes(1));
        var now = Start;

        // A typing error a minute, all day, and nobody waits.
        var typing = Enumerable.Range(0, 1_440).Count(_ => backoff.Try(now += TimeSpan.FromMinutes(1)) > TimeSpan.Zero);
        var guessed = 0;
        for (var second = 0; second < 86_400; second++)
            if (backoff.Try(now += TimeSpan.FromSeconds(1)) == TimeSpan.Zero)
                guessed++;

        Assert.Equal(0, typing);
        Assert.InRange(guessed, 1_000, 1_500);
    }

    [Fact]
    public void AllIsForgottenAfterAnHour()
    {
        var backoff = new Backoff(free: 1);
        backoff.Try(Start);

        var later = Start + Backoff.Memory + TimeSpan.FromSeconds(1);
        backoff.Try(later);

        Assert.Equal(TimeSpan.FromSeconds(1), backoff.Try(later));
    }
}
