using System.CommandLine;
using System.Globalization;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Servers;
using Spectre.Console;

namespace Engage.Bench.Freshness;

/// <summary>`freshness`: how long from an act to the pushed recommendations that take it into account.</summary>
internal static class FreshnessCommand
{
    private const int EventsDefault = 500;
    private const int EventsSmoke = 20;

    public static Command Create()
    {
        var json = new Option<string?>("--json")
        {
            Description = "Also write the result as JSON to this file; - for standard output.",
        };
        var smoke = new Option<bool>("--smoke") { Description = "Only a moment's run, to see that it works." };
        var contents = new Option<int?>("--contents")
        {
            Description = "Only learning under load, with a catalogue of so many contents.",
        };
        var seconds = new Option<int?>("--seconds")
        {
            Description = "With --contents: how long each run is; the longer, the less does chance decide on a p99.",
        };
        var command = new Command(
            "freshness",
            "From an event sent over the hub to the pushed recommendations that take it into account, "
            + "on an idle server.")
        {
            json, smoke, contents, seconds,
        };
        command.SetAction((parsed, cancellation) => parsed.GetValue(contents) is { } size
            ? RunLearningAsync(
                parsed.GetValue(json), size,
                LearningRows.Runs(parsed.GetValue(smoke), parsed.GetValue(seconds)), cancellation)
            : RunAsync(parsed.GetValue(json), parsed.GetValue(smoke), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? json, bool smoke, CancellationToken cancellation)
    {
        if (ServerProcess.FindAssembly() is not { } assembly)
        {
            await Console.Error.WriteLineAsync(
                "The server's build output was not found. "
                + $"Run './engage bench freshness', or set {ServerProcess.PathVariable}.");
            return CommandLineProgram.UnusableInput;
        }

        using var target = ResultTarget.Open(json);
        await using var scene = await FreshnessScene.StartAsync(assembly, cancellation);
        var measured = await scene.MeasureAsync(smoke ? EventsSmoke : EventsDefault, cancellation);
        IReadOnlyList<BenchRow> rows =
            [.. measured.ToRows(), .. await LearningRows.MeasureAsync(smoke, cancellation)];
        var console = BenchConsole.For(target);
        Print(console, rows, $"freshness: {measured.EventToPush.Count} events, milliseconds");
        await target.WriteAsync(BenchReport.Create("freshness", 1, rows).ToJson(), cancellation);
        return 0;
    }

    private static async Task<int> RunLearningAsync(
        string? json, int contents, RunsOfLoad runs, CancellationToken cancellation)
    {
        using var target = ResultTarget.Open(json);
        var rows = await LearningRows.MeasureAsync(contents, runs, cancellation);
        Print(BenchConsole.For(target), rows, "learning under load, milliseconds");
        await target.WriteAsync(BenchReport.Create("freshness", 1, rows).ToJson(), cancellation);
        return 0;
    }

    private static void Print(IAnsiConsole console, IReadOnlyList<BenchRow> rows, string title)
    {
        var table = new Table { Title = new(title) };
        table.AddColumns("what", "median", "min", "max", "median over");
        foreach (var row in rows)
            table.AddRow(row.Name, Figure(row.Ours.Median), Figure(row.Ours.Min), Figure(row.Ours.Max),
                string.Join(", ", row.Ratios.Select(ratio => $"{Figure(ratio.Value)} x {ratio.Key}")));
        console.Write(table);
    }

    private static string Figure(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
}
