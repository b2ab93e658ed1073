using System.CommandLine;
using Engage.LoadGen.Load.Workers;
using Engage.LoadGen.Peers;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Servers;
using Spectre.Console;

namespace Engage.Bench.Fanout;

/// <summary><c>fanout</c>: how much of what is said in a full room reaches all in time, and what it costs.</summary>
internal static class FanoutCommand
{
    private const int RunsDefault = 5;

    public static Command Create()
    {
        var json = new Option<string?>("--json")
        {
            Description = "Also write the result as JSON to this file; - for standard output.",
        };
        var smoke = new Option<bool>("--smoke") { Description = "Only a moment's run, to see that it works." };
        var runs = new Option<int?>("--runs")
        {
            Description = $"Interleaved runs whose median is told ({RunsDefault}).",
        };
        var only = new Option<string[]>("--only")
        {
            Description = "Only these parts: capacity, cost, scale.",
            AllowMultipleArgumentsPerToken = true,
        };
        only.AcceptOnlyFromAmong(FanoutPlan.Parts);
        var without = new Option<string[]>("--without")
        {
            Description = "Leaves out contenders: engage, signalr, socketio, ws.",
            AllowMultipleArgumentsPerToken = true,
        };
        without.AcceptOnlyFromAmong("engage", "signalr", "socketio", "ws");
        var command = new Command(
            "fanout",
            "Live rooms beside bare SignalR, Socket.IO and ws: the highest message rate that reaches everybody within "
            + "200 ms, and the server's processor time per delivery. About 25 minutes.")
        {
            json, smoke, runs, only, without,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            FanoutPlan.Of(
                parsed.GetValue(smoke), parsed.GetValue(runs), parsed.GetValue(only) ?? [],
                parsed.GetValue(without) ?? []),
            parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(FanoutPlan plan, string? json, CancellationToken cancellation)
    {
        using var target = ResultTarget.Open(json);
        var console = BenchConsole.For(target);
        if (!Pinning.IsPossible)
            console.WriteLine("Server and generator cannot be pinned to cores of their own here; figures mean little.");
        var contenders = await ContendersAsync(plan, absence => console.WriteLine(absence), cancellation);
        var run = new FanoutRun(plan, contenders, console);
        var rows = await run.RunAsync(cancellation);
        console.Write(BenchConsole.ToTable("fanout", plan.Runs, rows));
        foreach (var row in rows.Where(row => row.Note is not null))
            console.WriteLine($"{row.Name}: {row.Note}");
        await target.WriteAsync(BenchReport.Create("fanout", plan.Runs, rows).ToJson(), cancellation);
        return 0;
    }

    /// <param name="tell">Told of whoever cannot be had here.</param>
    public static async Task<IReadOnlyList<HubContender>> ContendersAsync(
        FanoutPlan plan, Action<string> tell, CancellationToken cancellation)
    {
        var contenders = new List<HubContender>();
        if (plan.Includes("engage"))
            contenders.Add(Ours());
        if (plan.Includes("signalr"))
            contenders.Add(new(FanoutPlan.SignalR, 150, PeerHub.StartSignalRAsync));
        foreach (var (name, dialect, guess) in new[] { ("Socket.IO", "socketio", 25.0), ("ws", "ws", 35.0) })
        {
            if (!plan.Includes(dialect))
                continue;
            var (folder, absence) = await NodePackages.InstallAsync(dialect, cancellation);
            if (folder is null)
                tell($"Without {name}: {absence}");
            else
                contenders.Add(new(name, guess, (core, token) => PeerHub.StartNodeAsync(dialect, folder, core, token)));
        }

        return contenders;
    }

    private static HubContender Ours()
    {
        var assembly = ServerProcess.FindAssembly() ?? throw new InvalidOperationException(
            "The server's build output was not found. "
            + $"Run './engage bench fanout', or set {ServerProcess.PathVariable}.");
        return new(FanoutPlan.Ours, 800, (core, token) => OurHub.StartAsync(assembly, core, token));
    }
}
