using System.Diagnostics;
using Engage.Contracts;

namespace Engage.Bench.Scoring;

/// <summary>
/// Micro-batching beside one request at a time: the same silo, grain and scoring thread, once with the default options
/// and once with MaxBatchSize 1. Each caller asks again as soon as it is answered.
/// </summary>
/// <remarks>
/// What a batch can share is the reading of the items' vectors, so the gain depends on the catalogue: each size has its
/// own row. Candidates, features and reasons are each user's own, and cost the same in company.
/// </remarks>
internal sealed class BatchingCase : IScoringCase
{
    private const int Callers = 64;
    private const string Peer = "one at a time";
    private static readonly TimeSpan RunLength = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SmokeLength = TimeSpan.FromMilliseconds(50);

    public string Name => "micro-batching";

    public async Task<IReadOnlyList<BenchRow>> MeasureAsync(ScoringScene scene, CancellationToken cancellation)
    {
        var rows = new List<BenchRow>();
        foreach (var contents in scene.Smoke ? new[] { 500 } : [2_000, 20_000, 100_000])
            rows.AddRange(await MeasureAsync(scene, contents, cancellation));
        return rows;
    }

    private static async Task<BenchRow[]> MeasureAsync(
        ScoringScene scene, int contents, CancellationToken cancellation)
    {
        var world = BatchingWorld.Create(contents, scene.Smoke ? 200 : 2_000);
        var length = scene.Smoke ? SmokeLength : RunLength;
        await using var together = await StartAsync(world, cancellation);
        await using var alone = await StartAsync(world, cancellation, ("Scoring:MaxBatchSize", "1"));
        await DriveAsync(together, world, length, cancellation);
        await DriveAsync(alone, world, length, cancellation);

        var (ours, peers) = (new List<Driven>(), new List<Driven>());
        for (var round = 0; round < scene.Rounds; round++)
        {
            ours.Add(await DriveAsync(together, world, length, cancellation));
            peers.Add(await DriveAsync(alone, world, length, cancellation));
        }

        return
        [
            Row("answers", "requests/s", driven => driven.PerSecond),
            Row("p50", "ms", driven => driven.P50),
            Row("p95", "ms", driven => driven.P95),
        ];

        BenchRow Row(string what, string unit, Func<Driven, double> figure) => new(
            $"{Callers} callers, {contents:N0} contents, {what}", unit, Spread.Of(ours.Select(figure)),
            new Dictionary<string, Spread> { [Peer] = Spread.Of(peers.Select(figure)) })
        {
            Note = FormattableString.Invariant(
                $"answered busy: {ours.Sum(driven => driven.Busy)}, {Peer}: {peers.Sum(driven => driven.Busy)}"),
        };
    }

    private static async Task<ScoringHost> StartAsync(
        BatchingWorld world, CancellationToken cancellation, params (string Key, string Value)[] settings)
    {
        var host = await ScoringHost.StartAsync(cancellation, settings);
        host.Board.Publish(new(world.Snapshot, world.NowMs), world);
        return host;
    }

    private static async Task<Driven> DriveAsync(
        ScoringHost host, BatchingWorld world, TimeSpan length, CancellationToken cancellation)
    {
        var scoring = host.Scoring;
        var busy = 0;
        var start = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(
            async () =>
            {
                var latencies = new List<double>(1 << 14);
                for (var i = caller; Stopwatch.GetElapsedTime(start) < length; i += Callers)
                {
                    var asked = Stopwatch.GetTimestamp();
                    try
                    {
                        await scoring.RankAsync(world.Requests[i % world.Requests.Length], cancellation);
                        latencies.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                    }
                    catch (BusyException)
                    {
                        // Others use the machine too: a refusal is an answer to count, and no reason to stop.
                        Interlocked.Increment(ref busy);
                    }
                }
                return latencies;
            },
            cancellation)));
        var elapsed = Stopwatch.GetElapsedTime(start);
        var sorted = all.SelectMany(each => each).Order().ToArray();
        return new(sorted.Length / elapsed.TotalSeconds, At(sorted, 0.5), At(sorted, 0.95), busy);
    }

    private static double At(double[] sorted, double quantile) =>
        sorted.Length == 0 ? double.NaN : sorted[(int)(quantile * (sorted.Length - 1))];

    /// <param name="Busy">Requests that were refused or too late; not among the answers.</param>
    private sealed record Driven(double PerSecond, double P50, double P95, int Busy);
}
