using System.CommandLine;
using System.Diagnostics;
using Engage.Evaluation;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Replay;
using Engage.Recommend;
using Spectre.Console;

namespace Engage.Bench.Evaluation;

/// <summary>`evaluate`: test, then train, over a recorded stream in one process; the recommender beside simple
/// rules.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var format = new Option<DatasetFormat>("--format")
        {
            Description = "Format of the file; auto looks at its header.",
            DefaultValueFactory = _ => DatasetFormat.Auto,
        };
        var file = new Argument<FileInfo>("FILE") { Description = "Recorded stream of interactions." };
        var limit = LimitOption.Create();
        var seed = new Option<ulong>("--seed") { Description = "Seed of the model.", DefaultValueFactory = _ => 1 };
        var json = new Option<string?>("--json")
        {
            Description = "Also write the result as JSON to this file; - for standard output.",
        };
        var html = new Option<string?>("--html")
        {
            Description = "Also write a page with the table and curves over time to this file.",
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
            format, file, limit, seed, json, html, set, only,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(file), parsed.GetValue(format), parsed.GetValue(limit), parsed.GetValue(seed),
            parsed.GetValue(json), parsed.GetValue(html), OptionOverrides.Apply(parsed.GetValue(set) ?? []),
            parsed.GetValue(only) ?? [], cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        FileInfo file, DatasetFormat format, int? limit, ulong seed, string? json, string? html,
        RecommenderOptions options, string[] only, CancellationToken cancellation)
    {
        if (!file.Exists)
        {
            await Console.Error.WriteLineAsync($"There is no file '{file.FullName}'.").ConfigureAwait(false);
            return CommandLineProgram.UnusableInput;
        }

        var events = DatasetReader.Read(file.FullName, format, limit);
        using var target = ResultTarget.Open(json);
        using var page = ResultTarget.Open(html, "--html");
        var console = BenchConsole.For(target, page);
        var started = Stopwatch.GetTimestamp();
        var result = await console.Progress().Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(progress => new EvaluationRun(events, options, seed, only).RunAsync(progress, cancellation))
            .ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var report = new EvaluationReport(
            file.Name, events.Count, seed, options, seconds, result.Rows, result.Curves,
            result.Classification, result.Outlook, result.RatingsLeftOut);
        Print(console, report);
        await page.WriteAsync(html is null ? "" : EvaluationPage.Write(report), cancellation).ConfigureAwait(false);
        await target.WriteAsync(report.ToJson(), cancellation).ConfigureAwait(false);
        return 0;
    }

    private static void Print(IAnsiConsole console, EvaluationReport report)
    {
        console.WriteLine(FormattableString.Invariant(
            $"{report.File}: {report.Events} events, seed {report.Seed}, {report.Seconds:F1} s"));
        console.WriteLine("First 10 places of each list. cover: items ever shown; divers: unlike the list before");
        foreach (var slice in report.Rows.GroupBy(row => row.Slice))
        {
            var table = new Table { Border = TableBorder.Simple };
            table.AddColumn(new TableColumn(slice.Key).NoWrap());
            foreach (var column in (string[])["n", "HR", "NDCG", "MRR", "cover", "divers"])
                table.AddColumn(new TableColumn(column).RightAligned().NoWrap().PadLeft(0));
            foreach (var row in slice)
                table.AddRow(
                    row.Model, FormattableString.Invariant($"{row.N}"), Figure(row.Hr10), Figure(row.Ndcg10),
                    Figure(row.Mrr), Figure(row.Coverage10), Figure(row.Diversity10));
            console.Write(table);
        }

        if (report.LiveOverFrozen is { } worth)
            console.WriteLine(
                $"On the last 20%, live against its own copy frozen at 80%: HR@10 {LearningWorth.Text(worth.Hr10)}, "
                + $"NDCG@10 {LearningWorth.Text(worth.Ndcg10)}.");
        if (report.Classification is { } pairs)
            Print(console, pairs);
        if (report.Outlook is { } outlook)
            Print(console, outlook);
        if (report.RatingsLeftOut > 0)
            console.WriteLine(FormattableString.Invariant(
                $"{report.RatingsLeftOut} ratings left out: not on the scale of the first {RatingScale.Sample}."));
    }

    private static void Print(IAnsiConsole console, ClassificationResult pairs)
    {
        console.WriteLine(FormattableString.Invariant(
            $"Engage or not, {pairs.Pairs} pairs of the {pairs.Slice}: {pairs.Meaning}."));
        console.WriteLine();
        console.WriteLine(pairs.Table);
        console.WriteLine(FormattableString.Invariant(
            $"AUC {pairs.Auc:F4}, log-loss {pairs.LogLoss:F4}, calibration error {pairs.CalibrationError:F4}"));
        console.WriteLine();
    }

    private static void Print(IAnsiConsole console, OutlookProgress outlook)
    {
        var (churn, liked) = (outlook.Churn, outlook.Satisfaction);
        if (churn.Examples > 0)
            console.WriteLine(FormattableString.Invariant(
                $"Churn, newest {churn.Window}: AUC {churn.Auc:F4}, loss {churn.LogLoss:F4}, ")
                + FormattableString.Invariant($"base {churn.BaseLogLoss:F4}"));
        else
            console.WriteLine("Churn: the stream is too short to know who stayed away.");
        if (liked.Examples == 0)
            return;
        console.WriteLine(FormattableString.Invariant(
            $"Satisfaction, newest {liked.Window}: RMSE {liked.Rmse:F4}, always the mean {liked.BaseRmse:F4}"));
    }

    private static string Figure(double? value) => FormattableString.Invariant($"{value:F4}");
}
