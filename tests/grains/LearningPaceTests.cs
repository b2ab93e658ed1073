using Engage.Contracts.Recommending;
using Engage.Grains.Activity;
using Engage.Grains.Recommending;
using Engage.Testing;

namespace Engage.Grains.Tests;

public sealed class LearningPaceTests
{
    private const int Events = 20_000;
    private readonly FakeTimeProvider _time = new();

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(200, 1)]
    [InlineData(400, 0.25)]
    [InlineData(800, 0.0625)]
    [InlineData(1_000_000, 1.0 / 64)]
    public void WhatHasWaitedLongerTrainsTheRankerWithAFallingChance(int waitedMs, double share)
    {
        var pace = new LearningPace(new(), _time);
        var batch = Batch(NowMs);

        _time.Advance(TimeSpan.FromMilliseconds(waitedMs));

        var ranked = Enumerable.Range(1, Events).Count(offset => pace.Ranks(batch, offset));
        Assert.Equal(share, (double)ranked / Events, 0.01);
    }

    [Fact]
    public void OneEventHasTheSameLotAtEachDeliveryAndAnotherInEachPartition()
    {
        var (batch, other) = (Batch(NowMs), Batch(NowMs) with { Partition = 4 });
        _time.Advance(TimeSpan.FromMilliseconds(400));

        var first = Lots(new(new(), _time), batch);

        Assert.Equal(first, Lots(new(new(), _time), batch));
        Assert.NotEqual(first, Lots(new(new(), _time), other));
        // Later, some of the same and no others.
        _time.Advance(TimeSpan.FromMilliseconds(400));
        Assert.All(Lots(new(new(), _time), batch).Zip(first), lot => Assert.True(lot.Second || !lot.First));
    }

    [Fact]
    public void WhatNobodyWaitsForTrainsInFull()
    {
        var batch = Batch(null);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.All(Lots(new(new(), _time), batch), Assert.True);
    }

    [Fact]
    public void WithoutALimitEverythingTrainsInFull()
    {
        var batch = Batch(NowMs);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.All(Lots(new(new() { ThinAfter = Timeout.InfiniteTimeSpan }, _time), batch), Assert.True);
    }

    [Fact]
    public void AnEventHasBeenWaitingSinceTheFirstPokeBehindTheReadThatFoundNoMore()
    {
        var arrivals = new ArrivalMark(_time);
        arrivals.Rewound(10);
        Pass(1_000);
        arrivals.Poked();
        var poked = NowMs;
        Pass(5);
        arrivals.Poked();
        Pass(5);

        arrivals.Reading();

        Assert.Equal(poked, arrivals.Read(10, all: true));
    }

    [Fact]
    public void WhatAReadLeavesOverHasBeenWaitingAsLong()
    {
        var arrivals = new ArrivalMark(_time);
        arrivals.Poked();
        var poked = NowMs;
        Pass(5);
        arrivals.Reading();
        Pass(5);
        arrivals.Poked();
        arrivals.Read(0, all: false);
        arrivals.Reading();

        Assert.Equal(poked, arrivals.Read(256, all: true));
    }

    [Fact]
    public void APokeDuringAReadIsOfWhatItDidNotFind()
    {
        var arrivals = new ArrivalMark(_time);
        arrivals.Poked();
        Pass(5);
        arrivals.Reading();
        Pass(5);
        arrivals.Poked();
        var poked = NowMs;
        arrivals.Read(0, all: true);
        Pass(5);
        arrivals.Reading();

        Assert.Equal(poked, arrivals.Read(1, all: true));
    }

    [Fact]
    public void NobodyWaitsForWhatWasThereBeforeThePumpBegan()
    {
        var arrivals = new ArrivalMark(_time);
        arrivals.Poked();
        arrivals.Rewound(300);
        arrivals.Poked();

        arrivals.Reading();
        var past = arrivals.Read(255, all: false);
        arrivals.Reading();

        Assert.Null(past);
        Assert.Equal(NowMs, arrivals.Read(300, all: true));
    }

    private void Pass(int milliseconds) => _time.Advance(TimeSpan.FromMilliseconds(milliseconds));

    private static LearningBatch Batch(long? sinceMs) => new(3, 0, Events, []) { WaitingSinceMs = sinceMs };

    private static bool[] Lots(LearningPace pace, LearningBatch batch) =>
        [.. Enumerable.Range(1, 1_000).Select(offset => pace.Ranks(batch, offset))];
}
