using System.Diagnostics;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Recommending;
using Engage.Grains.Recommending;
using Engage.Neural;
using Engage.Recommend;

namespace Engage.Bench.Scoring;

/// <summary>
/// Bytes that scoring allocates per request in steady state: in the ranking kernel alone, from the query in hand to the
/// ranked items with their reasons in the caller's buffers, and by all threads of the process for a request that goes
/// through the scoring grain and comes back. Requests are as feeds ask them: somebody's, with what she was shown, rules
/// and exploration.
/// </summary>
internal sealed class AllocationCase : IScoringCase
{
    private const int Contents = 2_000;
    private const int ShownContents = 4;
    private const float ExploredShare = 0.1f;
    private static readonly int[] Batches = [1, 32];

    // Others use the machine too; a request that is late is still a request to count.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WarmUpMax = TimeSpan.FromSeconds(5);

    public string Name => "allocation";

    public async Task<IReadOnlyList<BenchRow>> MeasureAsync(ScoringScene scene, CancellationToken cancellation)
    {
        var world = BatchingWorld.Create(scene.Smoke ? 500 : Contents, scene.Smoke ? 200 : 2_000);
        RankingRequest[] requests = [.. world.Requests.Select((request, user) => Whole(world, request, user))];
        var queries = Array.ConvertAll(requests, request => ToQuery(request, world.NowMs));
        var rows = new List<BenchRow>();
        foreach (var batch in Batches)
            rows.Add(Row(
                FormattableString.Invariant($"bytes allocated by the ranking kernel, batch {batch}"),
                Measure(world.Snapshot, queries, batch, scene.Rounds)));
        rows.Add(Row(
            "bytes allocated by the process, through the scoring grain",
            await MeasureGrainAsync(world, requests, scene, cancellation)));
        return rows;
    }

    private static BenchRow Row(string name, double[] bytes) =>
        new(name, "bytes/request", Spread.Of(bytes), new Dictionary<string, Spread>());

    /// <summary>All that a feed may ask for.</summary>
    private static RankingRequest Whole(BatchingWorld world, RankingRequest request, int user)
    {
        var lists = new RankedItem[1][];
        world.Snapshot.Recommend([new(world.Interests[user], ShownContents, world.NowMs)], lists);
        var shown = Array.ConvertAll(lists[0], item => item.Item);
        return request with
        {
            Interest = request.Interest with
            {
                ShownContents = shown,
                ShownTimes = [.. shown.Select((_, place) => 1 + place)],
                ShownAtMs = [.. shown.Select(_ => world.NowMs)],
            },
            User = new UserId(BatchingWorld.User(user)),
            Filter = new("CN", new Money(10_000, "CNY")),
            AvailableAt = DateTimeOffset.FromUnixTimeMilliseconds(world.NowMs),
            Deadline = Patience,
            ExploredShare = ExploredShare,
            ExplorationSeed = Exploration.SeedOf(BatchingWorld.User(user), 1),
        };
    }

    /// <summary>As the scoring threads read a request.</summary>
    private static RecommendQuery ToQuery(RankingRequest request, long nowMs) =>
        new(request.Interest.ToContext(), request.Limit, nowMs)
        {
            Exploration = new(request.ExploredShare, request.ExplorationSeed),
            Rules = request.ToRules(),
            UserId = request.User.Value,
        };

    private static double[] Measure(RecommenderSnapshot snapshot, RecommendQuery[] queries, int batch, int rounds)
    {
        using var scratch = new BatchScratch(ManagedBackend.Instance);
        var (results, counts) = (new RankedItem[batch * BatchingWorld.Limit], new int[batch]);
        // Buffers grow, and code that is not optimized yet boxes what the optimized one does not: steady is what lasts.
        var start = Stopwatch.GetTimestamp();
        while (Round() > 0 && Stopwatch.GetElapsedTime(start) < WarmUpMax)
        {
        }
        return [.. Enumerable.Range(0, rounds).Select(_ => Round())];

        double Round()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var at = 0; at + batch <= queries.Length; at += batch)
                snapshot.Recommend(queries.AsSpan(at, batch), results, counts, scratch);
            return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / queries.Length;
        }
    }

    private static async Task<double[]> MeasureGrainAsync(
        BatchingWorld world, RankingRequest[] requests, ScoringScene scene, CancellationToken cancellation)
    {
        await using var host = await ScoringHost.StartAsync(cancellation);
        host.Board.Publish(new(world.Snapshot, world.NowMs), world);
        var scoring = host.Scoring;
        // There is no zero to wait for: the silo's own timers allocate too. A few rounds settle the code.
        var start = Stopwatch.GetTimestamp();
        do
            await RoundAsync();
        while (!scene.Smoke && Stopwatch.GetElapsedTime(start) < WarmUpMax);
        var rounds = new double[scene.Rounds];
        for (var round = 0; round < rounds.Length; round++) rounds[round] = await RoundAsync();
        return rounds;

        async Task<double> RoundAsync()
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            foreach (var request in requests)
                await scoring.RankAsync(request, cancellation);
            return (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / requests.Length;
        }
    }
}
