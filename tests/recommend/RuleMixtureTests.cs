using Engage.Neural;

namespace Engage.Recommend.Tests;

public sealed class RuleMixtureTests
{
    private const int Candidates = 8;
    private const float Sure = 0.9f;
    private const float Lost = 0.02f;

    private static readonly FeatureLayout Layout = new(3, 2);
    private readonly RuleMixture _mixture = new(new RecommenderOptions(), Layout);
    private readonly SeededRandom _random = new(3);

    [Fact]
    public void ARuleThatForeseesWhatTheRankerDoesNotDecidesTheOrder()
    {
        Assert.Equal(0, BestFor(ruleNames: 5));

        Learn(150, ruleIsRight: true, ranker: Lost);

        Assert.Equal(5, BestFor(ruleNames: 5));
    }

    [Fact]
    public void ARankerThatKnowsBestIsServedAsItIs()
    {
        Learn(500, ruleIsRight: false, ranker: Sure);

        Assert.InRange(_mixture.Live.Weights![0], 0.97f, 1);
        Assert.Equal(0, BestFor(ruleNames: 5));
        Assert.Equal(1, _mixture.Live.Weights!.Sum(), 4);
    }

    [Fact]
    public void AfterALongTimeOfTheRankerATurnIsStillFollowed()
    {
        Learn(20_000, ruleIsRight: false, ranker: Sure);

        Learn(300, ruleIsRight: true, ranker: Lost);

        Assert.Equal(5, BestFor(ruleNames: 5));
    }

    [Fact]
    public void WhatIsNotANumberChangesNothing()
    {
        float[] logits = [1, float.NaN, 3];
        _mixture.Live.Mix([0.1f, 0.1f, 0.1f], logits);
        Assert.Equal([1, float.NaN, 3], logits);

        var before = (float[])_mixture.Live.Weights!.Clone();
        Learn(1, ruleIsRight: true, ranker: float.NaN);
        Assert.Equal(before, _mixture.Live.Weights);

        logits = [1, 2, 3];
        _mixture.Live.Mix([0, float.NaN, 0], logits);
        Assert.Equal(2, logits[1]);
        Assert.All(logits, logit => Assert.True(float.IsFinite(logit)));
    }

    [Fact]
    public void AModelSavedWithoutItGoesOnFromTheFirstGuess()
    {
        var saved = new MemoryStream(ModelState.ToSave().ToBytes());

        _mixture.Carry(ModelState.ToLoad(saved));

        Assert.Equal(new RuleMixture(new(), Layout).Live.Weights, _mixture.Live.Weights);
    }

    [Fact]
    public void ItGoesOnWhereItWasSaved()
    {
        Learn(100, ruleIsRight: true, ranker: Lost);
        var state = ModelState.ToSave();
        _mixture.Carry(state);
        var loaded = new RuleMixture(new(), Layout);

        loaded.Carry(ModelState.ToLoad(new MemoryStream(state.ToBytes())));

        Assert.Equal(_mixture.Live.Weights, loaded.Freeze().Weights);
    }

    /// <summary>Each time the rule names one candidate at random, which is the one taken, or is not.</summary>
    private void Learn(int examples, bool ruleIsRight, float ranker)
    {
        for (var i = 0; i < examples; i++)
        {
            var named = _random.Next(Candidates);
            _mixture.Read(Rows(named), Candidates, ruleIsRight ? named : (named + 1) % Candidates);
            _mixture.Learn(ranker);
        }
    }

    /// <returns>The candidate served first when the ranker is for the first one.</returns>
    private int BestFor(int ruleNames)
    {
        var (given, logits) = (new float[Candidates], new float[Candidates]);
        logits[0] = 4;
        _mixture.Live.Fill(Rows(ruleNames), Candidates, given);
        _mixture.Live.Mix(given, logits);
        return logits.AsSpan().IndexOf(logits.Max());
    }

    private static float[] Rows(int named)
    {
        var rows = new float[Candidates * Layout.Count];
        rows[(named * Layout.Count) + FeatureLayout.TrendAt + Layout.Trends + 1] = 1;
        return rows;
    }
}
