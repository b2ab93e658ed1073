using System.Diagnostics;
using System.Runtime.InteropServices;
using Engage.Neural;
using Engage.Recommend;
namespace Engage.Bench.Scoring;
internal static class BatchingProbe
{
    public static void Run(int contents, int events)
    {
        var sw = Stopwatch.StartNew();
        var world = BatchingWorld.Create(contents, events);
        Console.WriteLine($"{contents} made in {sw.Elapsed.TotalSeconds:F1}s");
        using var scratch = new BatchScratch(ManagedBackend.Instance);
        var results = new RankedItem[64 * 10]; var counts = new int[64];
        var q = world.Interests.Take(512).Select(u => new RecommendQuery(u, 10, world.NowMs)).ToArray();
        foreach (var n in new[] { 1, 4, 16, 32, 64, 1, 4, 16, 32, 64 })
        {
            var best = double.MaxValue;
            for (var r = 0; r < 9; r++)
            {
                sw.Restart();
                for (var i = 0; i + n <= 256; i += n) world.Snapshot.Recommend(q.AsSpan(i, n), results, counts, scratch);
                best = Math.Min(best, sw.Elapsed.TotalMicroseconds / 256);
            }
            Console.WriteLine($"batch {n}: {best:F1} us/request");
        }
        var view = (ModelView)typeof(RecommenderSnapshot).GetField("_view", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.GetValue(world.Snapshot)!;
        var s = new Scratch(); var layout = view.Ranker.Layout; var rows = new float[400 * layout.Count]; var logits = new float[400];
        using var session = ManagedBackend.Instance.Open(view.Ranker.Mlp);
        long cand = 0;
        string[] names = ["find", "fill", "standardize", "forward"];
        var bests = new double[4]; Array.Fill(bests, double.MaxValue);
        for (var r = 0; r < 15; r++)
        {
            var t = new double[4]; cand = 0;
            for (var i = 0; i < 256; i++)
            {
                var t0 = Stopwatch.GetTimestamp();
                CandidateSource.Find(view, q[i].User, s, 10);
                var c = CollectionsMarshal.AsSpan(s.Candidates); cand += c.Length;
                var t1 = Stopwatch.GetTimestamp();
                FeatureRows.Fill(view, layout, q[i].User, q[i].NowMs, s, c, rows.AsSpan(0, c.Length * layout.Count));
                var t2 = Stopwatch.GetTimestamp();
                view.Ranker.Standardize(rows, c.Length);
                var t3 = Stopwatch.GetTimestamp();
                session.Forward(view.Ranker.Parameters, rows, c.Length, logits);
                var t4 = Stopwatch.GetTimestamp();
                t[0] += t1 - t0; t[1] += t2 - t1; t[2] += t3 - t2; t[3] += t4 - t3;
            }
            for (var k = 0; k < 4; k++) bests[k] = Math.Min(bests[k], t[k] / 256 / Stopwatch.Frequency * 1e6);
        }
        for (var k = 0; k < 4; k++) Console.WriteLine($"{names[k]} {bests[k]:F1} us");
        Console.WriteLine($"candidates {cand / 256}, features {layout.Count}");
    }
}
