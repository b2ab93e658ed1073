using System.CommandLine;
using System.Globalization;
using Engage.LoadGen.Protocol;
using Engage.Postgres;
using Spectre.Console;

namespace Engage.Bench.Journal;

/// <summary>`journal`: how many single events become durable, beside what the database and the disk can do.</summary>
internal static class JournalCommand
{
    private static readonly int[] Appenders = [1, 16, 256];

    public static Command Create()
    {
        var json = new Option<string?>("--json")
        {
            Description = "Also write the result as JSON to this file; - for standard output.",
        };
        var smoke = new Option<bool>("--smoke") { Description = "Only a moment's run, to see that it works." };
        var command = new Command(
            "journal",
            "Durable events per second on SQLite and PostgreSQL, beside one INSERT per event, a plain file and COPY.")
        {
            json, smoke,
        };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetValue(json), parsed.GetValue(smoke) ? Pace.Smoke : Pace.Full, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? json, Pace pace, CancellationToken cancellation)
    {
        using var target = ResultTarget.Open(json);
        var console = BenchConsole.For(target);
        if (PostgresBinaries.Missing is { } reason) console.WriteLine($"PostgreSQL is left out: {reason}.");

        var rows = await MeasureAsync(pace, cancellation);
        Print(console, rows, pace.Runs);
        await target.WriteAsync(BenchReport.Create("journal", pace.Runs, rows).ToJson(), cancellation);
        return 0;
    }

    /// <summary>Every run goes through all cases, so that a slow minute meets each of them once.</summary>
    private static async Task<IReadOnlyList<BenchRow>> MeasureAsync(Pace pace, CancellationToken cancellation)
    {
        using var sqlite = new SqliteBenchDatabase();
        using var postgres = PostgresBinaries.Missing is null ? new PostgresBenchDatabase() : null;
        BenchDatabase?[] databases = [sqlite, postgres];
        var cases = databases.OfType<BenchDatabase>()
            .SelectMany(database => Appenders.Select(appenders => new JournalCase(database, appenders)))
            .ToArray();

        // The first run meets code that is not compiled yet; it does not count.
        if (pace.Runs > 1) await RunAllAsync(cases, pace with { Window = pace.WarmUp }, keep: false, cancellation);
        for (var run = 0; run < pace.Runs; run++) await RunAllAsync(cases, pace, keep: true, cancellation);
        return [.. cases.SelectMany(one => one.ToRows())];
    }

    private static async Task RunAllAsync(
        JournalCase[] cases, Pace pace, bool keep, CancellationToken cancellation)
    {
        foreach (var one in cases) await one.RunAsync(pace, keep, cancellation);
    }

    private static void Print(IAnsiConsole console, IReadOnlyList<BenchRow> rows, int runs)
    {
        // Wide enough for a row on one line also where the output is not a terminal.
        console.Profile.Width = Math.Max(console.Profile.Width, 110);
        foreach (var unit in rows.GroupBy(row => row.Unit))
        {
            var peers = unit.SelectMany(row => row.Peers.Keys).Distinct().ToArray();
            var title = $"journal, {unit.Key}: median of {runs} runs; peers, and ours over them";
            var table = new Table { Title = new(title) };
            table.AddColumns(["what", "ours", "least - greatest", .. peers]);
            foreach (var row in unit)
                table.AddRow(
                [
                    row.Name, Figure(row.Ours.Median), $"{Figure(row.Ours.Min)} - {Figure(row.Ours.Max)}",
                    .. peers.Select(peer => Peer(row, peer)),
                ]);
            foreach (var column in table.Columns) column.NoWrap();
            console.Write(table);
        }
    }

    private static string Peer(BenchRow row, string peer) => row.Peers.TryGetValue(peer, out var spread)
        ? $"{Figure(spread.Median)}: {row.Ratios[peer].ToString("0.00", CultureInfo.InvariantCulture)} x"
        : "";

    private static string Figure(double value) =>
        value.ToString(value < 100 ? "0.00" : "#,##0", CultureInfo.InvariantCulture);
}
