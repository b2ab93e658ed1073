using Engage.Audience.Model;

namespace Engage.Audience.Tests;

public sealed class TasteTests
{
    private static readonly InterestSpace Space =
        new(3, [("a", "a1"), ("a", "a2"), ("b", "b1"), ("b", "b2"), ("c", "c1")]);

    [Fact]
    public void SameSeedWalksTheSameWay()
    {
        Assert.Equal(Walk(seed: 11, days: 5), Walk(seed: 11, days: 5));
        Assert.NotEqual(Walk(seed: 11, days: 5), Walk(seed: 12, days: 5));
    }

    [Fact]
    public void LongerTimeMovesATasteFurther()
    {
        double Moved(double days) => Enumerable.Range(0, 200).Average(seed =>
        {
            var random = new Random(seed);
            var taste = Taste.Draw(random, Space);
            var before = taste.Direction;
            taste.Drift(random, TimeSpan.FromDays(days));
            return 1 - LatentVector.Cosine(before, taste.Direction);
        });

        Assert.InRange(Moved(0), -1e-6, 1e-6);
        Assert.True(Moved(1) > 0.001);
        Assert.True(Moved(9) > 4 * Moved(1));
    }

    [Fact]
    public void TasteKeepsLengthOne()
    {
        var direction = Walk(seed: 5, days: 400);

        Assert.InRange(LatentVector.Cosine(direction, direction), 0.9999f, 1.0001f);
    }

    [Fact]
    public void DiscoveryTurnsTowardsTheTopic()
    {
        var taste = Taste.Draw(new(8), new(3, [("a", "a1")]));
        var topic = Space.Topic("c1");
        var before = LatentVector.Cosine(taste.Direction, topic);

        taste.Discover(topic);

        Assert.True(LatentVector.Cosine(taste.Direction, topic) > before + 0.1f);
    }

    [Fact]
    public void TopicsOfOneCommunityAreNeighbours()
    {
        var near = LatentVector.Cosine(Space.Topic("a1"), Space.Topic("a2"));
        var far = LatentVector.Cosine(Space.Topic("a1"), Space.Topic("b1"));

        Assert.True(near > far, $"near {near}, far {far}");
    }

    [Fact]
    public void TraitsFollowFromTheIdAlone()
    {
        var other = new InterestSpace(3, [("c", "c1"), ("a", "a1")]);
        var at = DateTimeOffset.UnixEpoch;

        Assert.Equal(Space.Content("c-1", "a1", at).Direction, other.Content("c-1", "a1", at).Direction);
        Assert.NotEqual(Space.Content("c-1", "a1", at).Direction, Space.Content("c-2", "a1", at).Direction);
    }

    private static float[] Walk(int seed, int days)
    {
        var random = new Random(seed);
        var taste = Taste.Draw(random, Space);
        for (var day = 0; day < days; day++)
            taste.Drift(random, TimeSpan.FromDays(1));
        return taste.Direction;
    }
}
