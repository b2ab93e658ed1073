using System.CommandLine;
using System.Diagnostics;
using Engage.Evaluation;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Replay;
using Engage.Recommend;
using Spectre.Console;

namespace Engage.Bench;

/// <summary>`evaluate`: test, then train, over a recorded stream in one process; the recommender beside simple
/// rules.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var format = new Option<DatasetFormat>("--format")
        {
            Description = "Format of the file.",
            DefaultValueFactory = _ => DatasetFormat.Recbole,
        };
        var file = new Argument<FileInfo>("FILE") { Description = "Recorded stream of interactions." };
        var limit = LimitOption.Create();
        var seed = new Option<ulong>("--seed") { Description = "Seed of the model.", DefaultValueFactory = _ => 1 };
        var json = new Option<string?>("--json")
        {
            Description = "Also write the result as JSON to this file; - for standard output.",
        };
        var set = new Option<string[]>("--set")
        {
            Description = "A setting of the recommender as name=value, e.g. towerRate=0.05; may be repeated.",
            DefaultValueFactory = _ => [],
        };
        var only = new Option<string[]>("--only")
        {
            Description = "Run only models whose name contains this; may be repeated. Baselines take most of the time.",
            DefaultValueFactory = _ => [],
        };
        var command = new Command(
            "evaluate", "Ranks each event's item before learning it, over a whole recorded stream.")
        {
            format, file, limit, seed, json, set, only,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(file), parsed.GetValue(format), parsed.GetValue(limit), parsed.GetValue(seed),
            parsed.GetValue(json), OptionOverrides.Apply(parsed.GetValue(set) ?? []),
            parsed.GetValue(only) ?? [], cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        FileInfo file, DatasetFormat format, int? limit, ulong seed, string? json, RecommenderOptions options,
        string[] only, CancellationToken cancellation)
    {
        if (!file.Exists)
        {
            await Console.Error.WriteLineAsync($"There is no file '{file.FullName}'.").ConfigureAwait(false);
            return CommandLineProgram.UnusableInput;
        }

        var events = DatasetReader.Read(file.FullName, format, limit);
        using var target = JsonTarget.Open(json);
        // Standard output belongs to the JSON when it goes there.
        var console = target.IsStandardOutput
            ? AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) })
            : AnsiConsole.Console;
        var started = Stopwatch.GetTimestamp();
        var rows = await console.Progress().Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(progress => RunAsync(progress, events, options, seed, only, cancellation))
            .ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Print(console, file.Name, events.Count, seconds, rows);
        var report = new EvaluationReport(file.Name, events.Count, seed, options, seconds, rows);
        await target.WriteAsync(report.ToJson(), cancellation).ConfigureAwait(false);
        return 0;
    }

    private static async Task<IReadOnlyList<MetricRow>> RunAsync(
        ProgressContext progress, IReadOnlyList<Interaction> events, RecommenderOptions options, ulong seed,
        string[] only, CancellationToken cancellation)
    {
        var served = new ServedModel(options, seed);
        Contestant[] models = [new("served", served), new("two-tower alone", new RetrievalModel(served))];
        Contestant[] rules =
        [
            new("recent popularity", PopularityBaseline.Recent()),
            new("popularity", PopularityBaseline.Plain()),
            new("co-occurrence", new CoOccurrenceBaseline()),
        ];
        // The rules share nothing with the model: the second core runs them over the same stream.
        var both = await Task.WhenAll(
            RunAsync(progress.AddTask("served"), events, models, only, cancellation),
            RunAsync(progress.AddTask("simple rules"), events, rules, only, cancellation)).ConfigureAwait(false);
        return [.. both.SelectMany(rows => rows)];
    }

    private static Task<IReadOnlyList<MetricRow>> RunAsync(
        ProgressTask task, IReadOnlyList<Interaction> events, Contestant[] contestants, string[] only,
        CancellationToken cancellation)
    {
        task.MaxValue = Math.Max(1, events.Count);
        Contestant[] chosen = [.. contestants.Where(one => only.Length == 0 || only.Any(one.Model.Contains))];
        return chosen.Length == 0
            ? Task.FromResult<IReadOnlyList<MetricRow>>([])
            : Task.Run(
                () => PrequentialLoop.RunAsync(
                    events, chosen, new(),
                    report =>
                    {
                        task.Value = report.Done;
                        task.Description = FormattableString.Invariant(
                            $"{chosen[0].Model}  HR@10 {report.HitRate:F4}  NDCG@10 {report.Ndcg:F4}");
                    },
                    cancellation),
                cancellation);
    }

    private static void Print(
        IAnsiConsole console, string file, int events, double seconds, IReadOnlyList<MetricRow> rows)
    {
        var table = new Table { Title = new(FormattableString.Invariant($"{file}: {events} events, {seconds:F1} s")) };
        table.AddColumns("model", "slice", "n", "HR@10", "NDCG@10", "MRR (first 10)");
        foreach (var row in rows)
            table.AddRow(
                row.Model, row.Slice, FormattableString.Invariant($"{row.N}"), Figure(row.Hr10), Figure(row.Ndcg10),
                Figure(row.Mrr));
        console.Write(table);
    }

    private static string Figure(double value) => FormattableString.Invariant($"{value:F4}");
}
