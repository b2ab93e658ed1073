using Engage.Neural;

namespace Engage.Recommend.Tests;

public sealed class ImpressionJoinTests
{
    private const int Width = 3;
    private readonly float[] _row = new float[Width];

    [Fact]
    public void AnEngagementIsJoinedWithItsImpressionAndGetsItsRow()
    {
        var join = new ImpressionJoin(8, Width);
        join.Add(Shown("u", "a", 100), [1, 2, 3]);
        join.Add(Shown("u", "b", 100), [4, 5, 6]);

        var joined = join.TryEngage(ImpressionJoin.KeyOf("u", "a"), 1, 0, out var entry, _row);

        Assert.True(joined);
        Assert.Equal((100, Outcome.Waiting), (entry.AtMs, entry.Outcome));
        Assert.Equal([1f, 2, 3], _row);
        Assert.Equal(1, join.Waiting);
    }

    [Fact]
    public void OnlyWhatHasWaitedLongEnoughIsPassedOverOldestFirst()
    {
        var join = new ImpressionJoin(8, Width);
        for (var i = 0; i < 4; i++)
            join.Add(Shown("u", $"i{i}", 100 + i), [i, i, i]);
        join.TryEngage(ImpressionJoin.KeyOf("u", "i1"), 1, 0, out _, _row);

        var expired = new List<float>();
        while (join.TryExpire(103, out _, _row))
            expired.Add(_row[0]);

        Assert.Equal([0f, 2], expired);
        Assert.Equal(1, join.Waiting);
    }

    [Fact]
    public void AnOutcomeAfterTheWindowFindsTheImpressionThatWasPassedOver()
    {
        var join = new ImpressionJoin(8, Width);
        join.Add(Shown("u", "a", 100), [1, 2, 3]);
        join.TryExpire(200, out _, _row);

        Assert.False(join.TryEngage(ImpressionJoin.KeyOf("u", "a"), 1, earliestMs: 101, out _, _row));
        Assert.True(join.TryEngage(ImpressionJoin.KeyOf("u", "a"), 1, earliestMs: 100, out var entry, _row));
        Assert.Equal(Outcome.PassedOver, entry.Outcome);
    }

    [Fact]
    public void AStrongerOutcomeFindsTheWeightOfTheOneBefore()
    {
        var join = new ImpressionJoin(8, Width);
        join.Add(Shown("u", "a", 100), [1, 2, 3]);
        join.TryEngage(ImpressionJoin.KeyOf("u", "a"), 0.5f, 0, out _, _row);

        join.TryEngage(ImpressionJoin.KeyOf("u", "a"), 1.5f, 0, out var second, _row);
        join.TryEngage(ImpressionJoin.KeyOf("u", "a"), 0.5f, 0, out var third, _row);

        Assert.Equal((0.5f, 1.5f), (second.Weight, third.Weight));
        Assert.Equal(Outcome.Engaged, third.Outcome);
    }

    [Fact]
    public void WhenAllWaitHalfOfTheUsersAreFollowedAndKeepWhatTheyWereShown()
    {
        const int max = 64;
        var join = new ImpressionJoin(max, Width);
        for (var i = 0; i < max; i++)
            join.Add(Shown($"u{i}", "a", i), [i, 0, 0]);

        join.MakeRoom(max);
        join = SavedAndLoaded(join, max);

        Assert.Equal(1, join.Level);
        Assert.InRange(join.Waiting, 20, 44);
        Assert.Equal(max, join.Waiting + join.Dropped);
        for (var i = 0; i < max; i++)
        {
            var key = ImpressionJoin.KeyOf($"u{i}", "a");
            Assert.Equal(join.Follows(ImpressionJoin.UserOf($"u{i}")), join.TryEngage(key, 1, 0, out var entry, _row));
            if (entry.Key == key)
                Assert.Equal((i, (float)i), (entry.AtMs, _row[0]));
        }
    }

    [Fact]
    public void OneUserDoesNotPushOutTheOthers()
    {
        var join = new ImpressionJoin(8, Width, perUserMax: 2);
        var user = ImpressionJoin.UserOf("u");
        join.Add(Shown("u", "a", 1), [1, 2, 3]);
        join.Add(Shown("u", "b", 2), [1, 2, 3]);

        var full = join.Takes(user);
        join.TryEngage(ImpressionJoin.KeyOf("u", "a"), 1, 0, out _, _row);

        Assert.False(full);
        Assert.Equal(1, join.Dropped);
        Assert.True(join.Takes(user));
        Assert.True(join.Takes(ImpressionJoin.UserOf("v")));
    }

    [Fact]
    public void WhenTheStreamCalmsDownMoreUsersAreFollowedAgain()
    {
        var join = new ImpressionJoin(16, Width);
        for (var i = 0; i < 16; i++)
            join.Add(Shown($"u{i}", "a", i), [i, 0, 0]);
        join.MakeRoom(16);
        while (join.TryExpire(100, out _, _row))
            continue;

        join.Widen(100, windowMs: 90);
        var soon = join.Level;
        join.Widen(107, windowMs: 90);

        Assert.Equal((1, 0), (soon, join.Level));
    }

    /// <summary>Against a naive model: a list, searched from its end.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnyMixOfEventsEndsAsTheNaiveJoinSaysAlsoWhenSavedInBetween(int seed)
    {
        const int max = 37;
        var random = new SeededRandom((ulong)seed);
        var join = new ImpressionJoin(max, Width);
        var naive = new List<(string Item, long AtMs, Outcome Outcome)>();
        for (var step = 0; step < 3_000; step++)
        {
            var item = $"i{random.Next(60)}";
            var key = ImpressionJoin.KeyOf("u", item);
            var newest = naive.FindLastIndex(one => one.Item == item && one.Outcome != Outcome.Closed);
            switch (random.Next(10))
            {
                case < 5:
                    if (join.IsWaiting(key))
                        break;
                    if (naive.Count == max && naive[0].Outcome == Outcome.Waiting)
                    {
                        Assert.True(join.IsFull);
                        Assert.True(join.TryExpire(long.MaxValue, out _, _row));
                    }

                    if (newest >= 0)
                        naive[newest] = naive[newest] with { Outcome = Outcome.Closed };
                    if (naive.Count == max)
                        naive.RemoveAt(0);
                    naive.Add((item, step, Outcome.Waiting));
                    join.Add(Shown("u", item, step), [step % 1000, 0, 0]);
                    break;
                case < 7:
                    var engaged = join.TryEngage(key, 1, 0, out var entry, _row);
                    Assert.Equal(newest >= 0, engaged);
                    if (newest < 0)
                        break;
                    Assert.Equal((naive[newest].AtMs, naive[newest].Outcome), (entry.AtMs, entry.Outcome));
                    Assert.Equal(naive[newest].AtMs % 1000, _row[0]);
                    naive[newest] = naive[newest] with { Outcome = Outcome.Engaged };
                    break;
                case < 8:
                    Assert.Equal(
                        newest >= 0 && naive[newest].Outcome == Outcome.Waiting, join.TryDismiss(key, out _, _row));
                    if (newest >= 0 && naive[newest].Outcome == Outcome.Waiting)
                        naive[newest] = naive[newest] with { Outcome = Outcome.Closed };
                    break;
                case < 9:
                    var oldest = naive.FindIndex(one => one.Outcome == Outcome.Waiting && one.AtMs < step - 20);
                    Assert.Equal(oldest >= 0, join.TryExpire(step - 20, out var passed, _row));
                    if (oldest < 0)
                        break;
                    Assert.Equal(naive[oldest].AtMs, passed.AtMs);
                    naive[oldest] = naive[oldest] with { Outcome = Outcome.PassedOver };
                    break;
                default:
                    join = SavedAndLoaded(join, max);
                    break;
            }

            Assert.Equal(naive.Count(one => one.Outcome == Outcome.Waiting), join.Waiting);
            Assert.Equal(naive.Count, join.Count);
        }
    }

    private static ImpressionJoin SavedAndLoaded(ImpressionJoin join, int max)
    {
        using var stream = new MemoryStream();
        var saving = ModelState.ToSave();
        join.Carry(saving);
        saving.Write(stream);
        stream.Position = 0;
        var loaded = new ImpressionJoin(max, Width);
        loaded.Carry(ModelState.ToLoad(stream));
        return loaded;
    }

    private static ShownEntry Shown(string user, string item, long atMs) =>
        new(ImpressionJoin.KeyOf(user, item), ImpressionJoin.UserOf(user), 0, atMs, 0.1f, 1, 0, 0, false,
            Outcome.Waiting);
}
