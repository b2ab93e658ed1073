using Engage.Neural;

namespace Engage.Recommend.Tests;

/// <summary>The k best do not depend on the order of arrival, however many scores are equal.</summary>
public sealed class TopKTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 2)]
    [InlineData(32, 3)]
    [InlineData(32, 40)]
    public void EqualScoresGoToTheLowerNumbersInAnyOrderOfArrival(int k, int levels)
    {
        var random = new SeededRandom((ulong)(k + levels));
        var scored = Enumerable.Range(0, 500).Select(item => (Score: (float)random.Next(levels), Item: item)).ToArray();
        var expected = scored.OrderByDescending(s => s.Score).ThenBy(s => s.Item).Take(k).ToArray();
        var arrivals = new[]
        {
            scored, [.. scored.Reverse()], [.. scored.OrderBy(s => (s.Item * 7919) % 500)],
            [.. scored.OrderBy(s => s.Score).ThenByDescending(s => s.Item)],
        };

        foreach (var arrival in arrivals)
            Assert.Equal(expected, Best(k, arrival));
    }

    [Fact]
    public void TheBarIsTheScoreThatMustBeBeaten()
    {
        var top = new TopK();
        top.Begin(4);
        for (var item = 0; item < 8; item++)
            top.Offer(item / 2, item);

        Assert.Equal(2, top.Bar);
        Assert.Equal([6, 7, 4, 5], top.End().ToArray().Select(best => best.Item));
    }

    [Fact]
    public void AScoreThatIsNotANumberLeavesTheOthersInTheirOrder()
    {
        (float, int)[] scored = [(float.NaN, 0), (1, 1), (3, 2), (float.NaN, 3), (2, 4), (1, 5)];

        Assert.Equal([(3, 2), (2, 4)], Best(2, scored));
    }

    [Fact]
    public void AColdCatalogueIsSweptForItsFirstItemsNotHad()
    {
        var recommender = World.NewRecommender();
        for (var i = 0; i < 700; i++)
            recommender.Observe($"c{i}", 1, 1000 + i);
        var user = UserContext.Empty with { Had = new[] { "c0", "c3" } };

        var found = recommender.Publish().Retrieve(user, 100);

        Assert.Equal(Enumerable.Range(0, 102).Where(i => i is not (0 or 3)).Select(i => $"c{i}"), found);
    }

    private static (float Score, int Item)[] Best(int k, (float Score, int Item)[] arrival)
    {
        var top = new TopK();
        top.Begin(k);
        foreach (var (score, item) in arrival)
            top.Offer(score, item);
        return top.End().ToArray();
    }
}
