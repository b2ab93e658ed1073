namespace Engage.Bench.Actors;

/// <summary>A million actors that were called once, ours beside the peers, run by turns.</summary>
internal static class PopulationBench
{
    private const int Million = 1_000_000;

    /// <summary>Each reads its state from the database first; a tenth of a million tells as much.</summary>
    private const int Users = 100_000;

    public static async Task<IReadOnlyList<BenchRow>> RunAsync(
        int runs, int divisor, Action<string> progress, CancellationToken cancellation)
    {
        var rows = new List<BenchRow>();
        await AddAsync(rows, "idle actor", Million, ["grains", "channel actor", "pooled channel actor"]);
        await AddAsync(rows, "idle actor with state and services", Million, ["stateful-grains"]);
        await AddAsync(rows, "idle user of the platform", Users, ["user-grains"]);
        return rows;

        async Task AddAsync(List<BenchRow> all, string name, int count, string[] contenders)
        {
            progress(name);
            all.AddRange(await RunAsync(name, count / divisor, contenders, runs, cancellation));
        }
    }

    private static async Task<IEnumerable<BenchRow>> RunAsync(
        string name, int count, string[] contenders, int runs, CancellationToken cancellation)
    {
        var figures = contenders.ToDictionary(contender => contender, _ => new List<Population>());
        for (var run = 0; run < runs; run++)
        {
            for (var i = 0; i < contenders.Length; i++)
            {
                var contender = contenders[(run + i) % contenders.Length];
                figures[contender].Add(await Population.MeasureApartAsync(contender, count, cancellation));
            }
        }

        var title = FormattableString.Invariant($"{name}, {count:N0} of them");
        return
        [
            Row(title, "activations/s", population => population.PerSecond),
            Row(title, "heap bytes each", population => population.HeapBytesEach),
            Row(title, "working set bytes each", population => population.WorkingSetBytesEach),
            Row(title, "working set MB in all", population => population.WorkingSetMegabytes),
        ];

        BenchRow Row(string row, string unit, Func<Population, double> value) => new(
            row,
            unit,
            Spread.Of(figures[contenders[0]].Select(value)),
            contenders.Skip(1).ToDictionary(peer => peer, peer => Spread.Of(figures[peer].Select(value))));
    }
}
