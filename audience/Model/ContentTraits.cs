namespace Engage.Audience.Model;

/// <summary>What the simulated audience finds in a content; the platform never sees this.</summary>
/// <param name="Direction">Its place in the space of interests.</param>
/// <param name="Quality">How well it is made, around 0, seldom beyond -1.5 or 1.5.</param>
/// <param name="PublishedAt">When it came out: people like what is new.</param>
internal sealed record ContentTraits(float[] Direction, float Quality, DateTimeOffset PublishedAt);

/// <summary>
/// The latent space: every community has a direction, its topics lie around it, contents lie around their topic. All
/// follows from the seed and the ids alone, so that two runs, and a content published in between, agree without storing
/// anything.
/// </summary>
internal sealed class InterestSpace
{
    private const float TopicSpread = 0.9f;
    private const float ContentSpread = 0.35f;
    private const double QualitySpread = 0.5;

    private readonly int _seed;
    private readonly Dictionary<string, float[]> _topics = [];

    /// <param name="topics">Community and tag of every topic.</param>
    public InterestSpace(int seed, IEnumerable<(string Community, string Tag)> topics)
    {
        _seed = seed;
        foreach (var (community, tag) in topics)
        {
            var centre = LatentVector.Draw(Seeded(community));
            _topics.Add(tag, LatentVector.Blend(centre, 1, LatentVector.Draw(Seeded(tag)), TopicSpread));
        }
    }

    /// <summary>Tags of all topics.</summary>
    public IReadOnlyCollection<string> Tags => _topics.Keys;

    /// <summary>The direction of a topic.</summary>
    public float[] Topic(string tag) => _topics[tag];

    /// <summary>What the audience finds in a content on the topic <paramref name="tag"/>.</summary>
    public ContentTraits Content(string id, string tag, DateTimeOffset publishedAt)
    {
        var random = Seeded(id);
        var direction = LatentVector.Blend(_topics[tag], 1, LatentVector.Draw(random), ContentSpread);
        return new(direction, (float)(LatentVector.Gaussian(random) * QualitySpread), publishedAt);
    }

    // string.GetHashCode differs between processes; this one (FNV-1a) does not.
    private Random Seeded(string name)
    {
        var hash = 2166136261u ^ (uint)_seed;
        foreach (var c in name)
            hash = (hash ^ c) * 16777619u;
        return new((int)hash);
    }
}
