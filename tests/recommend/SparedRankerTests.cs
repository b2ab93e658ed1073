using Engage.Neural;

namespace Engage.Recommend.Tests;

/// <summary>Learning for a writer that falls behind: the ranker's part is left out, and nothing else.</summary>
public sealed class SparedRankerTests
{
    /// <summary>What a ranking of candidates teaches, and what watches over it.</summary>
    private static readonly string[] OfRanking =
        ["ranker.", "attention.", "rules.", "progress.", "drift.", "guard.", "online.", "engagement."];

    [Fact]
    public void AllButTheRankingIsLearnedAsEver()
    {
        var (whole, spared) = (Trained(), Trained());
        var before = Tensors(spared);

        Learn(whole, ranks: true);
        Learn(spared, ranks: false);

        var (expected, actual) = (Tensors(whole), Tensors(spared));
        foreach (var (name, bytes) in actual)
            Assert.True(bytes.SequenceEqual((IsOfRanking(name) ? before : expected)[name]), name);
        Assert.False(before["ranker.parameters"].SequenceEqual(expected["ranker.parameters"]));
        Assert.False(before["towers.output"].SequenceEqual(expected["towers.output"]));
    }

    /// <summary>A thinned stream is no sign of a worse model.</summary>
    [Fact]
    public void WhatIsSparedCountsForNoFigure()
    {
        var model = Trained();
        var before = model.Progress;

        Learn(model, ranks: false);

        Assert.Equal((before.Window, before.HitRate10, before.Loss),
            (model.Progress.Window, model.Progress.HitRate10, model.Progress.Loss));
    }

    private static Recommender Trained()
    {
        var recommender = World.NewRecommender();
        // Long enough that every item is known.
        new World().Play(1_500, recommender);
        return recommender;
    }

    private static void Learn(Recommender recommender, bool ranks)
    {
        var user = new UserInterest();
        for (var i = 0; i < 30; i++)
        {
            var (item, atMs) = ($"i{i * 2}", 1_700_001_000_000 + (i * 1000));
            var before = user.Current();
            user.Engage(item, 1, atMs, i);
            recommender.Learn(before, item, 1, atMs, "u", ranks);
        }
    }

    private static bool IsOfRanking(string name) =>
        OfRanking.Any(part => name.StartsWith(part, StringComparison.Ordinal));

    private static Dictionary<string, byte[]> Tensors(Recommender recommender)
    {
        using var stream = new MemoryStream(World.Saved(recommender));
        return TensorFile.Read(stream).Tensors.Where(entry => entry.Key != "version")
            .ToDictionary(entry => entry.Key, entry => entry.Value.Bytes);
    }
}
