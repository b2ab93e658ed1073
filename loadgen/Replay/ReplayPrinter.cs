using Spectre.Console;

namespace Engage.LoadGen.Replay;

/// <summary>Prints the result of a replay for people.</summary>
internal static class ReplayPrinter
{
    private const int DifferencesMax = 20;

    public static void Print(IAnsiConsole console, ReplayReport report, ReplayRun run)
    {
        var r = report;
        Line(console, $"{r.File}: {r.Events} events in {r.Seconds:0.0} s, {r.EventsPerSecond:0} events/s");
        Line(console, $"accepted {r.Accepted}, rejected {r.Rejected}, lost {r.Lost}, doubled {r.Doubled}");
        if (report.Stale > 0)
            Line(console, $"{report.Stale} answers did not yet count the user's own last event");
        var metrics = new Table().AddColumns("", "HR@10", "NDCG@10", "MRR");
        AddRow(metrics, "served", new RankingReport(report.Hr10, report.Ndcg10, report.Mrr));
        AddRow(metrics, "recent popularity", report.RecentPopularity);
        console.Write(metrics);
        var latencies = new Table().AddColumns("ms", "p50", "p95", "p99");
        AddRow(latencies, "acknowledgement", report.AckMs);
        AddRow(latencies, "recommendation", report.RecommendMs);
        console.Write(latencies);
        foreach (var reason in run.Rejections)
            Line(console, $"rejected: {reason}");
        foreach (var difference in run.Differences.Take(DifferencesMax))
            Line(console, $"differs: {difference}");
        if (run.Differences.Count > DifferencesMax)
            Line(console, $"... and {run.Differences.Count - DifferencesMax} more counters");
    }

    private static void AddRow(Table table, string name, RankingReport row) =>
        table.AddRow(name, Number(row.Hr10, "0.0000"), Number(row.Ndcg10, "0.0000"), Number(row.Mrr, "0.0000"));

    private static void AddRow(Table table, string name, LatencyReport row) =>
        table.AddRow(name, Number(row.P50, "0.00"), Number(row.P95, "0.00"), Number(row.P99, "0.00"));

    private static string Number(double value, string format) =>
        value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);

    private static void Line(IAnsiConsole console, FormattableString text) =>
        console.WriteLine(FormattableString.Invariant(text));
}
