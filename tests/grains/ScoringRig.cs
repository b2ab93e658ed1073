using System.Diagnostics.Metrics;
using Engage.Contracts.Recommending;
using Engage.Grains.Recommending;
using Engage.Grains.Scoring;
using Engage.Neural;
using Engage.Recommend;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Tests;

/// <summary>Scoring threads without a silo, on a model that has learned a small seeded stream.</summary>
internal sealed class ScoringRig : IDisposable
{
    private const long NowMs = 1_700_000_000_000;
    private const int Items = 60;
    private const int Users = 24;

    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Recommender _recommender = new(new RecommenderOptions(), 7);
    private readonly Recommender _keeper = new(new RecommenderOptions(), 7);
    private readonly SeededRandom _random = new(11);
    private readonly UserInterest[] _users = [.. Enumerable.Range(0, Users).Select(_ => new UserInterest())];
    private readonly ModelBoard _board = new();
    private long _offset;

    public ScoringRig(ScoringOptions options, TimeProvider time, IMlpBackend? backend = null)
    {
        Learn(200);
        Publish();
        Scoring = new(
            _board, backend ?? ManagedBackend.Instance, time, Options.Create(options), Meters,
            NullLogger<ScoringThreads>.Instance);
    }

    public ScoringThreads Scoring { get; }

    public IMeterFactory Meters => _metrics.GetRequiredService<IMeterFactory>();

    public void Learn(int events)
    {
        for (var i = 0; i < events; i++)
        {
            var user = _users[_random.Next(Users)];
            var before = user.Current();
            var item = $"c-{_random.Next(Items)}";
            if (!user.Engage(item, 1, NowMs, _offset++)) continue;
            foreach (var recommender in (Recommender[])[_recommender, _keeper])
                recommender.Learn(before, item, 1, NowMs);
        }
    }

    /// <summary>Lets the board have a new snapshot, and go of the one before.</summary>
    /// <returns>The same of a model whose snapshots are all kept.</returns>
    public RecommenderSnapshot Publish()
    {
        _board.Publish(new(_recommender.Publish(), NowMs), this);
        return _keeper.Publish();
    }

    /// <summary>What one user asks; no two users' are alike.</summary>
    public RankingRequest Request(int user, int limit = 10) => new(_users[user % Users].Current().ToView(), limit);

    /// <summary>What the snapshot says when it is asked this alone.</summary>
    public static RankedItem[] Alone(RecommenderSnapshot snapshot, RankingRequest request)
    {
        var results = new RankedItem[1][];
        snapshot.Recommend([new(request.Interest.ToContext(), request.Limit, NowMs)], results);
        return results[0];
    }

    public void Dispose()
    {
        Scoring.Dispose();
        _metrics.Dispose();
    }
}
