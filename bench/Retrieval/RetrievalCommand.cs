using System.CommandLine;
using Engage.Bench.Peers;
using Engage.Bench.Scoring;
using Engage.LoadGen.Protocol;
using Spectre.Console;

namespace Engage.Bench.Retrieval;

/// <summary>
/// `retrieval`: exact top-100 among all contents for a batch of users, beside PyTorch in the same run.
/// </summary>
internal static class RetrievalCommand
{
    private const int RunsDefault = 7;
    private const int Dimensions = 64;
    private const int ItemsSmoke = 2_000;

    private static readonly int[] Items = [100_000, 1_000_000];
    private static readonly int[] Users = [64, 1];

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
        var command = new Command(
            "retrieval", "Exact top-100 of 100,000 and 1,000,000 contents on one core, beside PyTorch on one thread.")
        {
            json, smoke, runs,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(json), parsed.GetValue(smoke), Math.Max(1, parsed.GetValue(runs)), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? json, bool smoke, int runs, CancellationToken cancellation)
    {
        using var target = ResultTarget.Open(json);
        var console = BenchConsole.For(target);
        var (torch, absence) = await TorchPeer.StartAsync(cancellation);
        await using var peer = torch;
        console.MarkupLineInterpolated($"[grey]{torch?.Description ?? absence}[/]");
        var scene = new ScoringScene(smoke ? 1 : runs, smoke, torch, absence);
        var rows = new List<BenchRow>();
        foreach (var items in smoke ? [ItemsSmoke] : Items)
        {
            console.MarkupLineInterpolated($"[grey]{items:N0} contents ...[/]");
            using var catalogue = new BenchCatalogue(items, Dimensions);
            foreach (var users in Users)
                foreach (var quantized in new[] { false, true })
                    rows.AddRange(
                        await new RetrievalCase(catalogue, users, quantized).MeasureAsync(scene, cancellation));
        }

        console.Write(BenchConsole.ToTable("retrieval", scene.Rounds, rows));
        await target.WriteAsync(BenchReport.Create("retrieval", scene.Rounds, rows).ToJson(), cancellation);
        return 0;
    }
}
