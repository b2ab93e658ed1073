namespace Engage.Audience.Model;

/// <summary>One member of the audience. Its own generator keeps its life the same whatever the others do.</summary>
internal sealed class SimulatedUser
{
    private const double DiscoveryProbability = 0.03;

    private readonly Random _random;
    private DateTimeOffset _lastVisit;

    public SimulatedUser(int number, int seed, InterestSpace space, DateTimeOffset now)
    {
        _random = new(unchecked((seed * 1_000_003) + number));
        Id = FormattableString.Invariant($"u-sim-{number:0000}");
        Taste = Taste.Draw(_random, space);
        Rhythm = Rhythm.Draw(_random);
        _lastVisit = now;
    }

    public string Id { get; }

    public Taste Taste { get; }

    public Rhythm Rhythm { get; }

    /// <summary>Lets the time since the last visit pass and begins a new one.</summary>
    public Visit BeginVisit(InterestSpace space, DateTimeOffset now)
    {
        Taste.Drift(_random, now - _lastVisit);
        _lastVisit = now;
        if (_random.NextDouble() < DiscoveryProbability)
            Taste.Discover(space.Topic(space.Tags.ElementAt(_random.Next(space.Tags.Count))));
        return new(_random, Taste, now);
    }

    /// <summary>
    /// Something the user finds without the platform, with a probability of 0.3: the best of a handful of contents met
    /// by chance. Without this the platform would only ever hear echoes of its own recommendations.
    /// </summary>
    public Offer? Find(IReadOnlyList<Offer> all)
    {
        if (all.Count == 0 || _random.NextDouble() >= 0.3)
            return null;
        return Enumerable.Range(0, 12).Select(_ => all[_random.Next(all.Count)])
            .MaxBy(offer => Taste.AffinityFor(offer.Traits));
    }
}
