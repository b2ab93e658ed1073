using Engage.Neural;

namespace Engage.Recommend.Tests;

/// <summary>The leaders of each half-life are those whom sorting all items would give.</summary>
public sealed class TrendsTests
{
    private const int Items = Trends.LeadersMax + 300;

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(double.PositiveInfinity)]
    public void LeadersAreTheBestInOrder(double halfLifeEvents)
    {
        var trends = new Trends([halfLifeEvents], []);
        trends.GrowTo(Items);
        var random = new SeededRandom(6);
        for (var taken = 0; taken < 4_000; taken++)
        {
            // Low numbers are taken often, so that leaders rise from anywhere in the list.
            trends.Add(random.Next(1 + random.Next(Items)), 1 + random.Next(3), taken);
            if (taken % 50 == 0)
                AssertBest(trends.Live);
        }

        Assert.Equal(Trends.LeadersMax, trends.Live.Leaders(0).Length);
    }

    private static void AssertBest(in TrendsView view)
    {
        var scores = new float[Items];
        for (var item = 0; item < Items; item++)
            scores[item] = view.Stored(item)[0];
        var leaders = view.Leaders(0).ToArray();

        Assert.Equal(leaders, leaders.Distinct());
        Assert.Equal(scores.OrderDescending().Take(leaders.Length), leaders.Select(item => scores[item]));
    }
}
