using Engage.Neural;

namespace Engage.Recommend.Tests;

/// <summary>The same models learn from a batch of recorded examples.</summary>
public sealed class BatchFitTests
{
    private const int Items = 20;

    [Fact]
    public void TowersLearnARecordedWorldAndTheSeedDecidesTheOrder()
    {
        var (one, same, other) = (Fit(epochs: 8, seed: 3), Fit(epochs: 8, seed: 3), Fit(epochs: 8, seed: 4));

        Assert.True(one < Fit(epochs: 1, seed: 3) / 2, $"{one}");
        Assert.Equal(one, same);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void TheRankerLearnsWhichFeatureDecides()
    {
        var layout = new FeatureLayout(2, 2);
        var ranker = new Ranker(new RecommenderOptions(), layout, new(5));
        var random = new SeededRandom(9);
        var examples = Enumerable.Range(0, 60).Select(_ => Decided(layout, random)).ToArray();

        var first = ranker.Fit(examples, 1, 1, default);
        var last = ranker.Fit(examples, 20, 1, default);

        Assert.True(last < first / 2, $"{first} {last}");
    }

    [Fact]
    public void ACancelledFitStops()
    {
        var ranker = new Ranker(new RecommenderOptions(), new(2, 2), new(5));
        var examples = new[] { Decided(ranker.Layout, new(1)) };

        Assert.Throws<OperationCanceledException>(() => ranker.Fit(examples, 5, 1, new(true)));
    }

    /// <summary>Item n + 1 always follows item n.</summary>
    private static double Fit(int epochs, ulong seed)
    {
        var (options, random, catalogue) = (new RecommenderOptions(), new SeededRandom(1), new Catalogue());
        for (var item = 0; item < Items; item++)
            catalogue.IndexOf($"i{item}", 0);
        var towers = new TwoTower(options, random);
        towers.GrowTo(Items);
        var view = new ModelView(
            options, catalogue.Live, Trends: default, Stages: default, Ties: default, Content: default, Terms: default!,
            towers.Live, Attention: default, Ranker: default, Events: 0);
        var examples = Enumerable.Range(0, Items - 1)
            .Select(item => new TowerExample(new([$"i{item}"], [1], [item], [$"i{item}"], []), item + 1)).ToArray();
        return towers.Fit(view, examples, epochs, seed, default);
    }

    [Fact]
    public void ALogitThatIsNotANumberIsTheLastOfItsCandidates()
    {
        Assert.Equal(3, Ranker.PlaceOf([float.NaN, 1, 2], 0));
        Assert.Equal(1, Ranker.PlaceOf([float.NaN, 1, 2], 2));
        Assert.Equal(2, Ranker.PlaceOf([3, 1, 2], 2));
    }

    private static RankerExample Decided(FeatureLayout layout, SeededRandom random)
    {
        var rows = new float[8 * layout.Count];
        foreach (ref var value in rows.AsSpan())
            value = random.NextNormal();
        var taken = 0;
        for (var candidate = 0; candidate < 8; candidate++)
            if (rows[(candidate * layout.Count) + layout.ContentAt] > rows[(taken * layout.Count) + layout.ContentAt])
                taken = candidate;
        return new(rows, taken);
    }
}
