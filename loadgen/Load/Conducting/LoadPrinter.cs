using System.Globalization;
using Spectre.Console;

namespace Engage.LoadGen.Load.Conducting;

/// <summary>Prints the result of a run for people.</summary>
internal static class LoadPrinter
{
    public static void Print(IAnsiConsole console, LoadReport report)
    {
        var line = console.Profile.Out.Writer;
        line.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Scenario}: {report.Connections:N0} connections, {report.Seconds:0.#} s, {report.Model} model, "
            + $"seed {report.Seed}; the generator used {report.GeneratorCpu:P0}"));
        line.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"offered {report.Offered:N0}, sent {report.Sent:N0}, acknowledged {report.Acknowledged:N0}; "
            + $"to receive {report.Expected:N0}, received {report.Received:N0}"));
        line.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"lost {report.Lost:N0}, doubled {report.Doubled:N0}, out of order {report.OutOfOrder:N0}; "
            + $"{report.Disconnected:N0} connections ended by the server, {report.Reloads:N0} started afresh, "
            + $"{report.Deferred:N0} answers asked for patience"));
        foreach (var (problem, count) in report.Refused)
            line.WriteLine(FormattableString.Invariant($"refused {count:N0} times: {problem}"));
        if (report.SlowReaders is { } slow)
            line.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
                $"{slow.Paused:N0} stopped reading: p99 of the others {slow.WithP99:F1} ms, {slow.WithoutP99:F1} ms "
                + $"without, ratio {slow.Ratio:F2}"));
        if (report.SlowReaders is { WaitingBytesEach: { } waiting } each)
            line.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
                $"for each of them at most {waiting / 1024:N0} KiB waited in the server (documented bound "
                + $"{SlowReadersReport.WaitingBytesMax / 1024} KiB); its resident memory grew by "
                + $"{each.ResidentGrowthEach / 1024:N0} KiB each"));
        if (report.CatchUpMs is { } back)
            line.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"the last had caught up after {back.Max:N0} ms{BesidePeer(report, back)}"));
        if (report.RoomLogReads is { } reads)
            line.WriteLine(FormattableString.Invariant($"the server read rooms' logs {reads:N0} times meanwhile"));
        if (report.Reactions is { } reactions)
            line.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
                $"reactions: {reactions.Acknowledged:N0} acknowledged, {reactions.Counted:N0} counted, "
                + $"{reactions.Unknown:N0} unknown, {reactions.PerSecond:N0} a second"));
        if (report.Limit is { } limit)
            line.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
                $"limit of {limit.What}: {Number(limit.Holds)} holds, "
                + $"{Number(limit.Breaks)} breaks"));
        line.Flush();
        console.Write(Latencies(report));
        console.Write(Thresholds(report));
    }

    private static string BesidePeer(LoadReport report, Quantiles back) =>
        report.PeerCatchUpMs is { } peer
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"; bare ws had merely taken as many back after {peer.Max:N0} ms, ratio "
                + $"{back.Max / Math.Max(0.001, peer.Max):F2}")
            : "";

    private static Table Latencies(LoadReport report)
    {
        var table = new Table().AddColumns("ms", "p50", "p95", "p99", "max");
        foreach (var (name, quantiles) in new[]
        {
            ("delivery", report.LatencyMs), ("acknowledgement", report.AcknowledgementMs),
            ("catching up", report.CatchUpMs), ("ws taking back", report.PeerCatchUpMs), ("visit", report.VisitMs),
        })
            if (quantiles is not null)
                table.AddRow(
                    name, Number(quantiles.P50), Number(quantiles.P95), Number(quantiles.P99), Number(quantiles.Max));
        return table;
    }

    private static Table Thresholds(LoadReport report)
    {
        var table = new Table().AddColumns("threshold", "at most", "found", "");
        foreach (var threshold in report.Thresholds)
            table.AddRow(
                threshold.Name, Number(threshold.Limit),
                threshold.Value == double.MaxValue ? "not measured" : Number(threshold.Value),
                threshold.Holds ? "holds" : "[red]broken[/]");
        return table;
    }

    private static string Number(double? value) => value is { } number ? Number(number) : "nothing";

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
