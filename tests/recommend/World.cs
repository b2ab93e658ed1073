using Engage.Neural;

namespace Engage.Recommend.Tests;

/// <summary>A small seeded stream: two tastes, each with its own items; a user has one of them.</summary>
internal sealed class World
{
    public const int Items = 120;

    private readonly SeededRandom _random = new(23);
    private readonly Dictionary<string, UserInterest> _users = new(StringComparer.Ordinal);
    private long _offset;

    public long NowMs { get; private set; } = 1_700_000_000_000;

    public UserInterest User(string user)
    {
        if (!_users.TryGetValue(user, out var interest))
            _users.Add(user, interest = new());
        return interest;
    }

    /// <summary>The next events of the stream go into each of the recommenders.</summary>
    public void Play(int events, params Recommender[] recommenders)
    {
        for (var i = 0; i < events; i++)
        {
            var user = _random.Next(40);
            var item = $"i{(2 * _random.Next(Items / 2)) + (user % 2)}";
            NowMs += 1000;
            var interest = User($"u{user}");
            var before = interest.Current();
            var first = interest.Engage(item, 1, NowMs, _offset++);
            foreach (var recommender in recommenders)
                if (first)
                    recommender.Learn(before, item, 1, NowMs);
                else
                    recommender.Observe(item, 1, NowMs);
        }
    }

    public static Recommender NewRecommender(ulong seed = 7) => new(new RecommenderOptions(), seed);

    public RankedItem[] Ask(RecommenderSnapshot snapshot, UserContext user, int limit = 10)
    {
        var results = new RankedItem[1][];
        snapshot.Recommend([new(user, limit, NowMs)], results);
        return results[0];
    }

    public RankedItem[] Ask(Recommender recommender, string user, int limit = 10) =>
        Ask(recommender.Publish(), User(user).Current(), limit);

    /// <summary>What <see cref="Recommender.Save"/> writes once all is published.</summary>
    public static byte[] Saved(Recommender recommender)
    {
        recommender.Publish();
        using var stream = new MemoryStream();
        recommender.Save(stream);
        return stream.ToArray();
    }
}
