using System.CommandLine;
using Engage.Bench.Journal;
using Engage.LoadGen.Protocol;
using Engage.Postgres;
using Spectre.Console;

namespace Engage.Bench.Orders;

/// <summary>`orders`: paid orders per second through the books, beside the same inserts by hand.</summary>
internal static class OrdersCommand
{
    private static readonly int[] Callers = [1, 16, 64];
    private static readonly Pace Full = new(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(0.6), 3, 0);

    public static Command Create()
    {
        var json = new Option<string?>("--json")
        {
            Description = "Also write the result as JSON to this file; - for standard output.",
        };
        var smoke = new Option<bool>("--smoke") { Description = "Only a moment's run, to see that it works." };
        var command = new Command(
            "orders",
            "Orders per second with ledger, documents and hash chain on SQLite and PostgreSQL, beside the same inserts "
            + "by hand in one transaction each.")
        {
            json, smoke,
        };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetValue(json), parsed.GetValue(smoke) ? Pace.Smoke : Full, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? json, Pace pace, CancellationToken cancellation)
    {
        using var target = ResultTarget.Open(json);
        var console = BenchConsole.For(target);
        if (PostgresBinaries.Missing is { } reason) console.WriteLine($"PostgreSQL is left out: {reason}.");

        var rows = await MeasureAsync(pace, cancellation);
        console.Profile.Width = Math.Max(console.Profile.Width, 110);
        console.Write(BenchConsole.ToTable("orders", pace.Runs, rows));
        await target.WriteAsync(BenchReport.Create("orders", pace.Runs, rows).ToJson(), cancellation);
        return 0;
    }

    /// <summary>Every run goes through all cases, so that a slow minute meets each of them once.</summary>
    private static async Task<IReadOnlyList<BenchRow>> MeasureAsync(Pace pace, CancellationToken cancellation)
    {
        using var sqlite = new SqliteBenchDatabase();
        using var postgres = PostgresBinaries.Missing is null ? new PostgresBenchDatabase() : null;
        BenchDatabase?[] databases = [sqlite, postgres];
        var cases = databases.OfType<BenchDatabase>()
            .SelectMany(database => Callers.Select(callers => new OrdersCase(database, callers))).ToArray();

        // The first run meets code that is not compiled yet; it does not count.
        for (var run = pace.Runs > 1 ? -1 : 0; run < pace.Runs; run++)
            foreach (var one in cases) await one.RunAsync(pace, keep: run >= 0, cancellation);
        return [.. cases.SelectMany(one => one.ToRows())];
    }
}
