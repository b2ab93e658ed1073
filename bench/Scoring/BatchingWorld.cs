using Engage.Contracts.Recommending;
using Engage.Neural;
using Engage.Recommend;

namespace Engage.Bench.Scoring;

/// <summary>
/// A seeded catalogue and its users: contents of 50 topics, each user at home in three of them. Small enough to be made
/// in seconds, alike enough to a real one that every candidate source has something to say.
/// </summary>
internal sealed class BatchingWorld
{
    private const int Topics = 50;
    private const int Users = 512;
    private const int Creators = 200;
    private readonly UserInterest[] _users = new UserInterest[Users];

    private BatchingWorld(int contents, int events)
    {
        Contents = contents;
        var random = new SeededRandom(17);
        var recommender = new Recommender(new RecommenderOptions(), 17);
        for (var i = 0; i < contents; i++)
            recommender.Upsert(new(
                Id(i), $"k-{i % Creators}", "g-1", $"Lecture {i / Topics} on topic {i % Topics}", "",
                [$"topic-{i % Topics}"], StartMs - (contents - i)));
        for (var u = 0; u < Users; u++) _users[u] = new();
        for (var e = 0; e < events; e++) Play(random, recommender, e);
        NowMs = StartMs + (events * 1000L);
        Snapshot = recommender.Publish();
        Interests = Array.ConvertAll(_users, user => user.Current());
        Requests = Array.ConvertAll(Interests, user => new RankingRequest(
            new(user.RecentItems, user.RecentWeights, user.RecentAtMs, user.Had, user.FollowedCreators), Limit));
    }

    public const int Limit = 10;

    private const long StartMs = 1_760_000_000_000;

    public int Contents { get; }

    public long NowMs { get; }

    public RecommenderSnapshot Snapshot { get; }

    /// <summary>One of each user; no two alike.</summary>
    public UserContext[] Interests { get; }

    public RankingRequest[] Requests { get; }

    public static BatchingWorld Create(int contents, int events) => new(contents, events);

    private void Play(SeededRandom random, Recommender recommender, int e)
    {
        var u = random.Next(Users);
        var topic = (u + (random.Next(3) * 7)) % Topics;
        // Squared: a few contents of a topic get most of the attention.
        var share = random.Next(1_000_000) / 1e6;
        var item = Id(((int)(share * share * (Contents / Topics)) * Topics) + topic);
        var (before, atMs) = (_users[u].Current(), StartMs + (e * 1000L));
        if (_users[u].Engage(item, 1, atMs, e))
            recommender.Learn(before, item, 1, atMs);
        else
            recommender.Observe(item, 1, atMs);
    }

    public static string User(int number) => FormattableString.Invariant($"u-{number}");

    private static string Id(int number) => FormattableString.Invariant($"c-{number}");
}
