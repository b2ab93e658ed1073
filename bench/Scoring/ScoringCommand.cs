using System.CommandLine;
using Engage.Bench.Peers;
using Engage.LoadGen.Protocol;
using Spectre.Console;

namespace Engage.Bench.Scoring;

/// <summary>`scoring`: what it costs to ask and to train the networks, beside PyTorch in the same run.</summary>
internal static class ScoringCommand
{
    private const int RunsDefault = 9;

    /// <summary>Every group of rows; one line each.</summary>
    private static IEnumerable<IScoringCase> Cases() =>
    [
        new ForwardCase(),
        new BackendsCase(),
        new TrainingCase(),
        new LearningCase(),
        new BatchingCase(),
        new AllocationCase(),
    ];

    public static Command Create()
    {
        var json = new Option<string?>("--json")
        {
            Description = "Also write the result as JSON to this file; - for standard output.",
        };
        var smoke = new Option<bool>("--smoke") { Description = "Only a moment's run, to see that it works." };
        var runs = new Option<int>("--runs")
        {
            Description = "Rounds; each measures ours and the peer in turns.",
            DefaultValueFactory = _ => RunsDefault,
        };
        var part = new Option<string>("--part")
        {
            Description = "Only the groups of rows whose name contains this, e.g. batching.",
            DefaultValueFactory = _ => "",
        };
        var command = new Command(
            "scoring", "Forward pass and training step of the networks on one core, beside PyTorch on one thread.")
        {
            json, smoke, runs, part,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(json), parsed.GetValue(smoke), Math.Max(1, parsed.GetValue(runs)),
            parsed.GetValue(part)!, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        string? json, bool smoke, int runs, string part, CancellationToken cancellation)
    {
        using var target = ResultTarget.Open(json);
        var console = BenchConsole.For(target);
        var (torch, absence) = await TorchPeer.StartAsync(cancellation);
        await using var peer = torch;
        console.MarkupLineInterpolated($"[grey]{torch?.Description ?? absence}[/]");
        var scene = new ScoringScene(smoke ? 1 : runs, smoke, torch, absence);
        var rows = new List<BenchRow>();
        foreach (var scoringCase in Cases().Where(one => one.Name.Contains(part, StringComparison.OrdinalIgnoreCase)))
        {
            console.MarkupLineInterpolated($"[grey]{scoringCase.Name} ...[/]");
            rows.AddRange(await scoringCase.MeasureAsync(scene, cancellation));
        }

        console.Write(BenchConsole.ToTable("scoring", scene.Rounds, rows));
        await target.WriteAsync(BenchReport.Create("scoring", scene.Rounds, rows).ToJson(), cancellation);
        return 0;
    }
}
