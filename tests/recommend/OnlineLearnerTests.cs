using Engage.Neural;

namespace Engage.Recommend.Tests;

/// <summary>Learning from what was shown, through the recommender as the platform uses it.</summary>
public sealed class OnlineLearnerTests
{
    private const int MinuteMs = 60_000;
    private readonly World _world = new();

    [Fact]
    public void WhoIsShownWhatSheTakesIsForeseenAndCalibrated()
    {
        var recommender = new Recommender(new(), 3);

        Show(recommender, lists: 900, late: 0);

        var progress = recommender.Progress.Engagement;
        // Nobody can foresee the dice: about 0.77 is all there is.
        Assert.InRange(progress.Auc, 0.68, 0.8);
        Assert.InRange(progress.Calibration, 0.8, 1.25);
        Assert.InRange(progress.CalibrationError, 0, 0.08);
        Assert.Equal(0, progress.LateShare);
        Assert.True(progress.Joined > 4_000, $"{progress}");
    }

    /// <summary>Half of the outcomes come after the window: believed as they come, they would halve the
    /// estimate.</summary>
    [Fact]
    public void LateOutcomesDoNotDragTheEstimateDown()
    {
        var (inTime, late) = (new Recommender(new(), 3), new Recommender(new(), 3));

        var rate = Show(inTime, lists: 900, late: 0);
        new OnlineLearnerTests().Show(late, lists: 900, late: 0.5f);

        var progress = late.Progress.Engagement;
        Assert.InRange(progress.LateShare, 0.3, 0.6);
        // The window's own labels miss the late half, so a right estimate looks twice too high to them.
        Assert.InRange(progress.Calibration, 0.4, 0.65);
        Assert.InRange(inTime.Progress.Engagement.Calibration, 0.8, 1.25);
        Assert.InRange(rate, 0.1, 0.5);
    }

    [Fact]
    public void AModelSavedWhileImpressionsWaitGoesOnExactlyAsTheOther()
    {
        var original = new Recommender(new(), 3);
        Show(original, lists: 40, late: 0.3f);
        var shown = _world.Ask(original, "u3")[0].Item;
        original.Show(_world.User("u3").Current(), new("u3", shown, _world.NowMs, 0, 0.9f));

        using var stream = new MemoryStream();
        original.Save(stream);
        stream.Position = 0;
        var loaded = Recommender.Load(stream, new());
        foreach (var recommender in (Recommender[])[original, loaded])
        {
            recommender.Show(_world.User("u3").Current(), new("u3", "i5", _world.NowMs + 5, 1, 0.9f));
            recommender.Learn(_world.User("u3").Current(), shown, 1, _world.NowMs + 9, "u3");
            recommender.Dismiss("u3", "i5", _world.NowMs + 9);
            recommender.Observe("i1", 1, _world.NowMs + (40 * MinuteMs), "u2");
        }

        Assert.Equal(original.Progress.Engagement, loaded.Progress.Engagement);
        Assert.Equal(original.Progress, loaded.Progress with { Version = original.Progress.Version });
        Assert.Empty(Differences(original, loaded));
    }

    [Fact]
    public void AModelSavedInTheMiddleOfCalmGoesOnInTheSameSteps()
    {
        var original = World.NewRecommender();
        _world.Play(400, original);
        original.Calm();
        _world.Play(60, original);

        using var stream = new MemoryStream();
        original.Save(stream);
        stream.Position = 0;
        var loaded = Recommender.Load(stream, new());
        _world.Play(100, original, loaded);

        Assert.Equal(World.Saved(original), World.Saved(loaded));
    }

    [Fact]
    public void AnImageIsOfTheMomentItWasTakenWhateverIsLearnedAfterwards()
    {
        var recommender = World.NewRecommender();
        _world.Play(300, recommender);
        recommender.Publish();
        _world.Play(20, recommender);
        using var saved = new MemoryStream();
        recommender.Save(saved);

        var image = recommender.Capture();
        _world.Play(300, recommender);
        recommender.Upsert(new("i1", "k9", "g", "Another title", "", [], 9));

        Assert.Equal(saved.ToArray(), image.ToBytes());
    }

    /// <summary>Pages of released snapshots are used again: by none that somebody still holds.</summary>
    [Fact]
    public void AHeldSnapshotAnswersTheSameWhileOthersComeAndGo()
    {
        var (recommender, keeper) = (World.NewRecommender(), World.NewRecommender());
        _world.Play(300, recommender, keeper);
        var user = _world.User("u3").Current();
        var held = recommender.Publish();
        var first = Ask(held);
        var last = held;
        last.Hold();
        keeper.Publish();

        for (var i = 0; i < 50; i++)
        {
            _world.Play(10, recommender, keeper);
            var next = recommender.Publish();
            last.Release();
            last = next;
            keeper.Publish();
            if (i == 20)
                Assert.Equal(World.Saved(keeper), World.Saved(recommender));
        }

        Assert.Equal(first, Ask(held));
        Assert.Equal(Ask(keeper.Publish()), Ask(last));

        RankedItem[] Ask(RecommenderSnapshot snapshot)
        {
            var results = new RankedItem[1][];
            snapshot.Recommend([new(user, 50, 1_700_000_300_000)], results);
            return results[0];
        }
    }

    /// <summary>Whatever part breaks, it is found before the next publication, without a pass over all items.</summary>
    [Theory]
    [InlineData("_towers", "_output._rows")]
    [InlineData("_towers", "_input")]
    [InlineData("_attention", "_items")]
    public void RowsThatAreNoNumbersAreFoundBeforeWhatWasLearnedFromThemIsPublished(string part, string table)
    {
        var recommender = World.NewRecommender();
        _world.Play(300, recommender);
        var sound = recommender.Check(out _);
        var rows = (PagedTable<float>)table.Split('.').Aggregate(Field(recommender, part), Field);
        for (var row = 0; row < rows.Count; row++)
            rows.Writable(row).Fill(float.NaN);

        var thorough = recommender.Check(out _, thorough: true);
        _world.Play(2, recommender);
        var cheap = recommender.Check(out var reason);

        Assert.Equal(Soundness.Sound, sound);
        Assert.Equal((Soundness.NotNumbers, Soundness.NotNumbers), (thorough, cheap));
        Assert.Contains("not a number", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_nextAction")]
    [InlineData("_satisfaction")]
    public void AnOutlookThatIsNoNumberIsNotPublished(string part)
    {
        var recommender = World.NewRecommender();
        _world.Play(50, recommender);
        var parameters = (TrainedParameters)Field(Field(Field(recommender, "_outlook"), part), "_parameters");
        var before = recommender.Check(out _);

        parameters.Average[^1] = float.NaN;

        Assert.Equal((Soundness.Sound, Soundness.NotNumbers), (before, recommender.Check(out _)));
    }

    private static object Field(object of, string name) => of.GetType()
        .GetField(name, System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!
        .GetValue(of)!;

    [Fact]
    public void OneReportOfATinyPropensityDoesNotOutweighTheOthers()
    {
        var window = new EngagementWindow(new());
        for (var i = 0; i < 99; i++)
            window.Add(new(0.3f, 0.05f, i % 9 == 0, true));

        window.Add(new(0.3f, Impression.PropensityMin, true, true));

        Assert.InRange(window.Rate(explored: true), 0.1, 0.13);
    }

    [Fact]
    public void AStreamWithoutImpressionsIsRankedAsIfThereWereNoEngagementModel()
    {
        var without = new RecommenderOptions { Online = new() { EngagementShare = 0, EngagementNegatives = 0 } };
        var (plain, online) = (new Recommender(without, 7), World.NewRecommender());

        _world.Play(700, plain, online);

        Assert.Equal(_world.Ask(plain, "u2", 40), _world.Ask(online, "u2", 40));
    }

    [Fact]
    public void OnceEnoughWasJoinedTheEngagementModelHasItsSay()
    {
        var options = new RecommenderOptions { Online = new() { EngagementJoinedMin = 100, EngagementShare = 0.5f } };
        var silent = new RecommenderOptions { Online = new() { EngagementShare = 0 } };
        var (mixed, ranker) = (new Recommender(options, 3), new Recommender(silent, 3));

        Show(mixed, lists: 60, late: 0);
        new OnlineLearnerTests().Show(ranker, lists: 60, late: 0);

        Assert.Equal(0.5, mixed.Progress.Engagement.Share);
        Assert.NotEqual(
            _world.Ask(mixed, "u2").Select(ranked => ranked.Score),
            _world.Ask(ranker, "u2").Select(ranked => ranked.Score));
    }

    /// <summary>Draws are engaged with half as often; the estimate of each policy must see through the mix.</summary>
    [Fact]
    public void TheValueOfBothPoliciesIsEstimatedFromLoggedPropensities()
    {
        var window = new EngagementWindow(new());
        var random = new SeededRandom(5);
        for (var i = 0; i < 5_000; i++)
        {
            var explored = random.NextSingle() < 0.1f;
            var engaged = random.NextSingle() < (explored ? 0.2f : 0.4f);
            window.Add(new(0.3f, explored ? 0.1f / 50 : 0.9f, engaged, explored));
        }

        Assert.InRange(window.Rate(explored: false), 0.37, 0.43);
        Assert.InRange(window.Rate(explored: true), 0.14, 0.26);
    }

    /// <summary>Everybody clicks a minute after the list; the stream brings ten times what fits until then.</summary>
    [Fact]
    public void UnderLoadWhoIsFollowedKeepsHerWholeWindowAndNoClickIsCalledLate()
    {
        const int users = 2_000;
        var recommender = new Recommender(new() { Online = new() { ImpressionsMax = 256 } }, 1);
        for (var i = 0; i < 10; i++)
            recommender.Upsert(new($"i{i}", "k", "g", "", "", [], 0));

        for (var i = 0; i < users + 1_000; i++)
        {
            if (i < users)
                recommender.Show(UserContext.Empty, new($"u{i}", $"i{i % 10}", 25 * i, i % 10, 1));
            if (i >= 1_000)
                recommender.Observe($"i{i % 10}", 1, 25 * i, $"u{i - 1_000}");
        }

        var progress = recommender.Progress.Engagement;
        Assert.Equal(users, progress.Joined + progress.Waiting + progress.Dropped);
        Assert.Equal((0, 0.0), (progress.Waiting, progress.LateShare));
        Assert.InRange(progress.Joined, 100, 1_000);
        Assert.Equal(progress.Joined, progress.Positives);
    }

    /// <summary>
    /// Lists of ten random items; a user takes one of her own taste with probability 0.5, others with 0.05, the higher
    /// up the likelier. Some outcomes come two hours late.
    /// </summary>
    /// <returns>The share of impressions that were taken.</returns>
    private double Show(Recommender recommender, int lists, float late, ulong seed = 9)
    {
        _world.Play(300, recommender);
        var random = new SeededRandom(seed);
        var waiting = new Queue<(long AtMs, string User, string Item)>();
        var (atMs, shown, taken) = (_world.NowMs, 0, 0);
        for (var list = 0; list < lists; list++, atMs += MinuteMs)
        {
            var user = random.Next(40);
            var recent = _world.User($"u{user}").Current().RecentItems;
            var context = new UserContext(
                [.. recent.Span[Math.Max(0, recent.Length - 5)..]], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [], []);
            foreach (var (slot, number) in Enumerable.Range(0, 10).Select(slot => (slot, random.Next(World.Items))))
            {
                var impression = new Impression($"u{user}", $"i{number}", atMs, slot, 0.95f);
                recommender.Show(context, impression);
                shown++;
                if (random.NextSingle() > (number % 2 == user % 2 ? 0.5f : 0.05f) / (1 + (0.1f * slot)))
                    continue;
                taken++;
                if (random.NextSingle() < late)
                    waiting.Enqueue((atMs + (120 * MinuteMs), impression.User, impression.Item));
                else
                    recommender.Observe(impression.Item, 1, atMs, impression.User);
            }

            while (waiting.TryPeek(out var next) && next.AtMs <= atMs)
                recommender.Observe(waiting.Dequeue().Item, 1, atMs, next.User);
        }

        return (double)taken / shown;
    }

    /// <summary>Fifteen hundred impressions each; the dice differ, so it is the mean of six worlds.</summary>
    [Fact]
    public void WhatIsReplayedHelpsWhileThereIsLittleToLearnFrom()
    {
        var (once, again) = (Loss(replayed: 0), Loss(replayed: 1));

        Assert.True(again < once - 0.001, $"{again} {once}");

        static double Loss(int replayed) => Enumerable.Range(1, 6).Average(seed =>
        {
            var options = new RecommenderOptions { Online = new() { EngagementReplayed = replayed } };
            var recommender = new Recommender(options, (ulong)seed);
            new OnlineLearnerTests().Show(recommender, lists: 150, late: 0, (ulong)seed * 77);
            return recommender.Progress.Engagement.LogLoss;
        });
    }

    [Fact]
    public void WhoIsForgottenIsNotReplayed()
    {
        var recommender = new Recommender(new() { Online = new() { ImpressionsMax = 1_024 } }, 3);
        Show(recommender, lists: 150, late: 0);
        var before = Replayed(recommender);

        for (var user = 0; user < 40; user++)
            recommender.Forget($"u{user}");

        Assert.True(before > 500, $"{before}");
        Assert.Equal(0, Replayed(recommender));
    }

    [Fact]
    public void WhoIsForgottenIsNotRememberedAsTheLastOneEither()
    {
        var recommender = World.NewRecommender();
        _world.Play(300, recommender);
        recommender.Show(_world.User("u3").Current(), new("u3", "i5", _world.NowMs, 0, 0.9f));
        var before = ShownQuery(recommender);

        recommender.Forget("u3");

        Assert.NotEqual(0, before[0]);
        Assert.Equal([0, 0, 0], ShownQuery(recommender));

        static long[] ShownQuery(Recommender recommender)
        {
            using var stream = new MemoryStream(World.Saved(recommender));
            return TensorFile.Read(stream).Tensors["online.shown_query"].To<long>();
        }
    }

    private static int Replayed(Recommender recommender)
    {
        using var stream = new MemoryStream(World.Saved(recommender));
        return (int)TensorFile.Read(stream).Tensors["online.replay.examples"].Shape[0];
    }

    /// <summary>Names of what is not saved in the same bytes.</summary>
    private static string[] Differences(Recommender one, Recommender other)
    {
        var (ones, others) = (Tensors(one), Tensors(other));
        return [.. ones.Keys.Union(others.Keys).Where(name =>
            !ones.TryGetValue(name, out var own) || !others.TryGetValue(name, out var theirs)
            || !own.Bytes.AsSpan().SequenceEqual(theirs.Bytes))];

        static IReadOnlyDictionary<string, Tensor> Tensors(Recommender recommender)
        {
            using var stream = new MemoryStream(World.Saved(recommender));
            return TensorFile.Read(stream).Tensors;
        }
    }
}
