namespace Engage.Audience.Model;

/// <summary>
/// What one simulated user likes now: a direction that wanders as a random walk on the sphere, and now and then turns
/// towards a topic that was not looked for. Both are what a recommender has to notice.
/// </summary>
internal sealed class Taste
{
    /// <summary>Length of one day's step before it is laid back on the sphere; about 10 degrees.</summary>
    private const float DriftPerDay = 0.18f;

    private const float DiscoveryPull = 0.8f;

    private Taste(float[] direction) => Direction = direction;

    /// <summary>Where the taste points; length 1.</summary>
    public float[] Direction { get; private set; }

    /// <summary>A taste between two topics, the first of them dominant.</summary>
    public static Taste Draw(Random random, InterestSpace space)
    {
        var tags = space.Tags.ToArray();
        var first = space.Topic(tags[random.Next(tags.Length)]);
        var second = space.Topic(tags[random.Next(tags.Length)]);
        return new(LatentVector.Blend(first, 1, second, 0.6f));
    }

    /// <summary>
    /// Lets <paramref name="elapsed"/> pass: steps of a random walk add up as the square root of time.
    /// </summary>
    public void Drift(Random random, TimeSpan elapsed)
    {
        var step = DriftPerDay * (float)Math.Sqrt(Math.Max(0, elapsed.TotalDays));
        Direction = LatentVector.Blend(Direction, 1, LatentVector.Draw(random), step);
    }

    /// <summary>Turns towards a topic that the user has come across.</summary>
    public void Discover(float[] topic) => Direction = LatentVector.Blend(Direction, 1, topic, DiscoveryPull);

    /// <summary>How much the user cares for a content, in [-1, 1].</summary>
    public float AffinityFor(ContentTraits content) => LatentVector.Cosine(Direction, content.Direction);
}
