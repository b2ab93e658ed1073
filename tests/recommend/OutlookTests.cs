namespace Engage.Recommend.Tests;

public sealed class OutlookTests
{
    private static readonly OutlookOptions _options = new() { ProgressWindow = 1000, AverageSteps = 500 };

    private static readonly Lazy<(OutlookWorld World, Outlook Outlook)> _trained = new(() =>
    {
        var (world, outlook) = (new OutlookWorld(3), new Outlook(_options, 7));
        world.Play(7000, outlook);
        return (world, outlook);
    });

    private readonly OutlookWorld _world = new(3);

    [Fact]
    public void EachModelForeseesClearlyBetterThanTheBaseRate()
    {
        var outlook = _trained.Value.Outlook;

        var (next, churn, _, satisfaction) = outlook.Progress;

        Assert.True(next.Accuracy > next.BaseAccuracy + 0.4, next.ToString());
        Assert.True(next.LogLoss < 0.6 * next.BaseLogLoss, next.ToString());
        Assert.True(churn.Auc > 0.9, churn.ToString());
        Assert.True(churn.LogLoss < 0.7 * churn.BaseLogLoss, churn.ToString());
        Assert.True(satisfaction.Rmse < 0.9 * satisfaction.BaseRmse, satisfaction.ToString());
    }

    [Fact]
    public void AViewSaysWhatIsLikely()
    {
        var (view, workspace) = (_trained.Value.Outlook.Freeze(), new OutlookWorkspace());
        var nowMs = _trained.Value.World.NowMs;
        UserAction[] stays = [At(OutlookWorld.Viewed, 26), At(OutlookWorld.Liked, 2)];
        UserAction[] leaves = [At(OutlookWorld.Viewed, 26), At(OutlookWorld.Dismissed, 2)];
        UserAction[] gone = [At(OutlookWorld.Viewed, 24 * 6), At(OutlookWorld.Dismissed, 24 * 5)];
        var kinds = new float[view.ActionKinds];

        view.NextAction(stays, nowMs, kinds, workspace);

        Assert.Equal(1, kinds.Sum(), 1e-4f);
        Assert.Equal(OutlookWorld.Commented, Array.IndexOf(kinds, kinds.Max()));
        Assert.InRange(view.Churn(stays, nowMs, workspace), 0, 0.2f);
        Assert.InRange(view.Churn(leaves, nowMs, workspace), 0.5f, 1);
        // Nobody who stayed away five days came back.
        Assert.InRange(view.Churn(gone, nowMs, workspace), 0.7f, 1);

        UserAction At(int kind, int hoursAgo) =>
            UserAction.Of(kind, "i1", "c1", null, nowMs - (3_600_000L * hoursAgo));
    }

    [Fact]
    public void ASavedOutlookGoesOnExactly()
    {
        var one = new Outlook(_options, 7);
        _world.Play(3000, one);
        var file = Saved(one);

        var other = Outlook.Load(new MemoryStream(file), _options);
        Assert.Equal(file, Saved(other));
        _world.Play(1500, one, other);

        Assert.Equal(one.Progress, other.Progress);
        Assert.Equal(Saved(one), Saved(other));
    }

    [Fact]
    public void SameSeedAndSameActionsGiveTheSameModel()
    {
        var (one, same, another) = (new Outlook(_options, 7), new Outlook(_options, 7), new Outlook(_options, 8));

        _world.Play(500, one, same, another);

        Assert.Equal(Saved(one), Saved(same));
        Assert.NotEqual(Saved(one), Saved(another));
    }

    [Fact]
    public void OtherOptionsAreRefusedWhenLoading()
    {
        var outlook = new Outlook(_options, 7);
        _world.Play(300, outlook);
        var file = Saved(outlook);

        Assert.Throws<InvalidDataException>(() =>
            Outlook.Load(new MemoryStream(file), _options with { Hidden = 8 }));
        Assert.Throws<InvalidDataException>(() =>
            Outlook.Load(new MemoryStream(file), _options with { Steps = 4 }));
        Assert.Throws<ArgumentException>(() => new Outlook(_options with { Steps = 0 }, 1));
        Assert.Throws<ArgumentException>(() => new Outlook(_options with { Steps = 33 }, 1));
    }

    [Fact]
    public void WhatIsNoNumberIsRefusedAndChangesNothing()
    {
        var outlook = new Outlook(_options with { SatisfactionFeatures = 1 }, 7);
        var before = Saved(outlook);
        var action = UserAction.Of(OutlookWorld.Liked, "i", null, float.NaN, 1000);

        Assert.Throws<ArgumentException>(() => outlook.Observe("u", [], action));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            outlook.Observe("u", [], action with { Kind = 99, Value = null }));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            outlook.Observe("u", [], action with { AtMs = long.MaxValue, Value = null }));
        Assert.Throws<ArgumentOutOfRangeException>(() => outlook.Rate("u", "i", float.NaN, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => outlook.Rate("u", "i", 6, [1]));
        Assert.Throws<ArgumentException>(() => outlook.Rate("u", "i", 3, [float.PositiveInfinity]));
        Assert.Throws<ArgumentException>(() => outlook.Rate("u", "i", 3, [1e30f]));
        Assert.Throws<ArgumentException>(() => outlook.Rate("u", "i", 3));
        Assert.Throws<ArgumentException>(() => outlook.Fit([new("u", action)], 1, 1));
        Assert.Throws<ArgumentException>(() => outlook.Freeze().Satisfaction("u", "i", [float.NaN], new()));

        Assert.Equal(before, Saved(outlook));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(40)]
    public void AQuestionLooksAsItDidInLearning(int actions)
    {
        var all = Enumerable.Range(0, actions)
            .Select(i => UserAction.Of(1 + (i % 3), $"i{i % 7}", $"c{i % 2}", null, (1_000L << (i % 20)) + i))
            .ToArray();
        var nowMs = all.Max(action => action.AtMs) + 60_000;

        // Staying away is learned from the action and what was kept before it.
        var learned = Encode([.. all[..^1].TakeLast(_options.HistoryNeeded), all[^1]]);
        var asked = Encode([.. all.TakeLast(_options.HistoryNeeded)]);

        Assert.Equal(learned, asked);
        Assert.Equal(Encode(all), asked);
        Assert.Equal(actions <= _options.Steps, asked[0].Gap == ActionToken.NoGap);

        ActionToken[] Encode(UserAction[] history)
        {
            var tokens = new ActionToken[_options.Steps + 1];
            return tokens[..ActionToken.Encode(_options, history, nowMs, tokens)];
        }
    }

    [Fact]
    public void AHistoryFromElsewhereDoesNoHarm()
    {
        var outlook = new Outlook(_options, 7);
        // Kinds and values that the options do not know, times that run backwards, more actions than are looked at.
        UserAction[] history =
        [
            .. Enumerable.Range(0, 50).Select(i => new UserAction(i * 7, 1, 1, float.NaN, long.MaxValue - i)),
            new(-1, 0, 0, float.NegativeInfinity, long.MinValue),
        ];

        outlook.Observe("u", history, new(1, 1, 1, 1e30f, 1000));
        outlook.Observe("u", history, new(1, 1, 1, -1e30f, 500));

        Assert.InRange(outlook.Freeze().Churn(history, 0, new()), 0, 1);
    }

    [Fact]
    public async Task AViewDoesNotChangeWhileLearningGoesOn()
    {
        var outlook = new Outlook(_options, 7);
        _world.Play(2000, outlook);
        var (view, history, nowMs) = (outlook.Freeze(), _world.History(140), _world.NowMs);
        var before = Answers(view, history, nowMs);

        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            Enumerable.Range(0, 200).All(_ => Answers(view, history, nowMs).SequenceEqual(before)))).ToArray();
        _world.Play(1000, outlook);
        var same = await Task.WhenAll(readers);

        Assert.All(same, Assert.True);
        Assert.NotEqual(before, Answers(outlook.Freeze(), history, nowMs));
    }

    [Fact]
    public void AWarmViewAllocatesNothing()
    {
        var outlook = new Outlook(_options, 7);
        _world.Play(500, outlook);
        var (view, history, workspace) = (outlook.Freeze(), _world.History(140), new OutlookWorkspace());
        var kinds = new float[view.ActionKinds];
        Ask();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Ask();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Ask()
        {
            view.NextAction(history, _world.NowMs, kinds, workspace);
            view.Churn(history, _world.NowMs, workspace);
            view.Satisfaction("u140", "i1", [], workspace);
        }
    }

    [Fact]
    public void FittingALogLearnsAsTheStreamDoes()
    {
        _world.Play(2500);
        var outlook = new Outlook(_options with { SequenceRate = 0.005f, AverageSteps = 50 }, 7);

        var first = outlook.Fit(_world.Log, 1, 1);
        var last = outlook.Fit(_world.Log, 6, 2);
        _world.Play(1500, outlook);

        Assert.True(last.NextAction < 0.8 * first.NextAction, $"{first} {last}");
        Assert.True(last.Churn < 0.8 * first.Churn, $"{first} {last}");
        Assert.True(last.Satisfaction < first.Satisfaction, $"{first} {last}");
        Assert.True(outlook.Progress.NextAction.Accuracy > outlook.Progress.NextAction.BaseAccuracy + 0.3);
    }

    [Fact]
    public void NothingToFitChangesNothing()
    {
        var outlook = new Outlook(_options, 7);
        var before = Saved(outlook);

        var losses = outlook.Fit([], 3, 1);

        Assert.True(double.IsNaN(losses.NextAction) && double.IsNaN(losses.Churn) && double.IsNaN(losses.Satisfaction));
        Assert.Equal(before, Saved(outlook));
    }

    private static float[] Answers(OutlookView view, UserAction[] history, long nowMs)
    {
        var (kinds, workspace) = (new float[view.ActionKinds], new OutlookWorkspace());
        view.NextAction(history, nowMs, kinds, workspace);
        return
        [
            .. kinds, view.Churn(history, nowMs, workspace), view.Satisfaction("u140", "i1", [], workspace),
            view.Satisfaction("u141", "i9", [], workspace),
        ];
    }

    private static byte[] Saved(Outlook outlook)
    {
        var stream = new MemoryStream();
        outlook.Save(stream);
        return stream.ToArray();
    }
}
