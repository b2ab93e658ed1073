using System.Diagnostics;
using Engage.Neural;
using Engage.Recommend;

namespace Engage.Bench.Scoring;

/// <summary>
/// Bytes that scoring allocates per request in steady state, from the request in hand to the ranked items with their
/// reasons in the caller's buffers.
/// </summary>
internal sealed class AllocationCase : IScoringCase
{
    private const int Contents = 2_000;
    private static readonly int[] Batches = [1, 32];
    private static readonly TimeSpan WarmUpMax = TimeSpan.FromSeconds(5);

    public string Name => "allocation";

    public Task<IReadOnlyList<BenchRow>> MeasureAsync(ScoringScene scene, CancellationToken cancellation)
    {
        var world = BatchingWorld.Create(scene.Smoke ? 500 : Contents, scene.Smoke ? 200 : 2_000);
        var queries = Array.ConvertAll(
            world.Interests, user => new RecommendQuery(user, BatchingWorld.Limit, world.NowMs));
        var rows = new List<BenchRow>();
        foreach (var batch in Batches)
            rows.Add(new(
                $"bytes allocated per scored request, batch {batch}", "bytes/request",
                Spread.Of(Measure(world.Snapshot, queries, batch, scene.Rounds)), new Dictionary<string, Spread>()));
        return Task.FromResult<IReadOnlyList<BenchRow>>(rows);
    }

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
}
