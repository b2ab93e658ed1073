using System.Diagnostics;

namespace Engage.Bench.Actors;

/// <summary>Calls: rate, time and bytes, ours beside the peers, run by turns.</summary>
internal static class CallBench
{
    private const int Callers = 100;
    private const int KeysMax = 10_000;

    private static readonly Case[] Cases =
    [
        new("one caller outside, one actor", 200_000, (actors, calls) => actors.CallFromOutsideAsync(calls)),
        new("actor to actor", 200_000, (actors, calls) => actors.CallBetweenActorsAsync(calls)),
        new("100 callers, 100 actors", 1_000_000, (actors, calls) => actors.CallAtOnceAsync(Callers, Callers, calls)),
        new("100 callers, 10,000 actors by key", 1_000_000,
            (actors, calls) => actors.CallByKeyAsync(Callers, KeysMax, calls)),
        new("100 callers, one actor", 1_000_000, (actors, calls) => actors.CallAtOnceAsync(Callers, 1, calls)),
    ];

    public static async Task<IReadOnlyList<BenchRow>> RunAsync(
        int runs, int divisor, Action<string> progress, CancellationToken cancellation)
    {
        await using var ours = new GrainContender(await GrainContender.StartHostAsync());
        await using var channel = new ChannelContender();
        await using var pooled = new PooledChannelContender();
        IContender[] contenders = [ours, channel, pooled];
        var rows = new List<BenchRow>();
        foreach (var @case in Cases)
        {
            progress(@case.Name);
            rows.AddRange(await RunAsync(@case, contenders, runs, divisor, cancellation));
        }
        return rows;
    }

    private static async Task<IEnumerable<BenchRow>> RunAsync(
        Case @case, IContender[] contenders, int runs, int divisor, CancellationToken cancellation)
    {
        var calls = @case.Calls / divisor;
        foreach (var contender in contenders) await @case.Run(contender, calls);

        var figures = contenders.ToDictionary(contender => contender.Name, _ => new List<Figure>());
        for (var run = 0; run < runs; run++)
        {
            cancellation.ThrowIfCancellationRequested();
            // Whoever is first in one run is last in another: what the machine does meanwhile hits all alike.
            for (var i = 0; i < contenders.Length; i++)
            {
                var contender = contenders[(run + i) % contenders.Length];
                figures[contender.Name].Add(await MeasureAsync(() => @case.Run(contender, calls), calls));
            }
        }

        return
        [
            Row(@case.Name, "calls/s", figures, figure => 1e9 / figure.Nanoseconds),
            Row(@case.Name, "ns/call", figures, figure => figure.Nanoseconds),
            Row(@case.Name, "cpu ns/call", figures, figure => figure.CpuNanoseconds),
            Row(@case.Name, "bytes/call", figures, figure => figure.Bytes),
        ];
    }

    private static async Task<Figure> MeasureAsync(Func<Task> work, int calls)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        await work();
        var elapsed = Stopwatch.GetElapsedTime(start);
        var spent = Environment.CpuUsage.TotalTime - cpu;
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return new(
            elapsed.TotalNanoseconds / calls, spent.TotalNanoseconds / calls, (double)allocated / calls);
    }

    private static BenchRow Row(
        string name, string unit, Dictionary<string, List<Figure>> figures, Func<Figure, double> value)
    {
        var spreads = figures.ToDictionary(pair => pair.Key, pair => Spread.Of(pair.Value.Select(value)));
        spreads.Remove("grains", out var ours);
        // Nothing can be compared with nothing: a peer that allocates less than a byte per call counts as one byte.
        foreach (var (peer, spread) in spreads.ToArray())
            spreads[peer] = unit == "bytes/call" ? new(Math.Max(1, spread.Median), spread.Min, spread.Max) : spread;
        return new(name, unit, ours!, spreads);
    }

    private sealed record Case(string Name, int Calls, Func<IContender, int, Task> Run);

    /// <param name="CpuNanoseconds">Of all threads; tells more than time does on a machine that others use too.</param>
    private sealed record Figure(double Nanoseconds, double CpuNanoseconds, double Bytes);
}
