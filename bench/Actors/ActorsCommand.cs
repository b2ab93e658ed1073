using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Engage.LoadGen.Protocol;
using Spectre.Console;

namespace Engage.Bench.Actors;

/// <summary>`actors`: what a call and an idle actor cost, beside actors written by hand over a channel.</summary>
internal static class ActorsCommand
{
    private const int RunsDefault = 5;
    private const int SmokeDivisor = 500;

    public static Command Create()
    {
        var json = new Option<string?>("--json")
        {
            Description = "Also write the result as JSON to this file; - for standard output.",
        };
        var smoke = new Option<bool>("--smoke") { Description = "Only a moment's run, to see that it works." };
        var runs = new Option<int>("--runs")
        {
            Description = "How often each case is measured.",
            DefaultValueFactory = _ => RunsDefault,
        };
        var part = new Option<string>("--part")
        {
            Description = "all, calls or population.",
            DefaultValueFactory = _ => "all",
        };
        var command = new Command(
            "actors",
            "Calls per second, bytes per call and bytes per idle actor, beside hand-written channel actors.")
        {
            json, smoke, runs, part,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(json),
            parsed.GetValue(smoke) ? 1 : Math.Max(1, parsed.GetValue(runs)),
            parsed.GetValue(smoke) ? SmokeDivisor : 1,
            parsed.GetValue(part)!,
            cancellation));
        return command;
    }

    /// <summary>One measurement in a process of its own; not for people.</summary>
    public static Command CreatePopulation()
    {
        var contender = new Argument<string>("contender");
        var count = new Argument<int>("count");
        var command = new Command(Population.CommandName, "Measures idle actors in this process.")
        {
            contender, count,
        };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellation) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var measured = await Population.MeasureAsync(parsed.GetValue(contender)!, parsed.GetValue(count));
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(measured));
        });
        return command;
    }

    private static async Task<int> RunAsync(
        string? json, int runs, int divisor, string part, CancellationToken cancellation)
    {
        using var target = ResultTarget.Open(json);
        var console = BenchConsole.For(target);
        var rows = new List<BenchRow>();
        if (part is "all" or "calls")
            rows.AddRange(await CallBench.RunAsync(runs, divisor, Tell, cancellation));
        if (part is "all" or "population")
            rows.AddRange(await PopulationBench.RunAsync(runs, divisor, Tell, cancellation));
        console.Write(BenchConsole.ToTable("actors", runs, rows));
        await target.WriteAsync(BenchReport.Create("actors", runs, rows).ToJson(), cancellation);
        return 0;

        void Tell(string what) => console.MarkupLineInterpolated($"[grey]{what}[/]");
    }
}
