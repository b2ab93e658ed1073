using System.CommandLine;
using System.Globalization;
using Engage.Bench.Fanout;
using Engage.LoadGen.Protocol;
using Spectre.Console;

namespace Engage.Bench.Connections;

/// <summary><c>connections</c>: what a client costs that only listens.</summary>
internal static class ConnectionsCommand
{
    private const int RunsDefault = 3, ConnectionsDefault = 10_000, SmokeConnections = 50;

    /// <summary>Open before the first look, so that code and pools are there and only connections grow.</summary>
    private const int WarmConnections = 500;

    /// <summary>Garbage of opening is collected, or not, as the server's own time goes.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var json = new Option<string?>("--json")
        {
            Description = "Also write the result as JSON to this file; - for standard output.",
        };
        var smoke = new Option<bool>("--smoke") { Description = "Only a moment's run, to see that it works." };
        var runs = new Option<int>("--runs")
        {
            Description = "How often each server is measured.",
            DefaultValueFactory = _ => RunsDefault,
        };
        var connections = new Option<int>("--connections")
        {
            Description = "How many idle connections.",
            DefaultValueFactory = _ => ConnectionsDefault,
        };
        var without = new Option<string[]>("--without")
        {
            Description = "Leaves out peers: signalr, socketio, ws.",
            AllowMultipleArgumentsPerToken = true,
        };
        without.AcceptOnlyFromAmong("signalr", "socketio", "ws");
        var command = new Command(
            "connections",
            "Resident memory of the server per idle connection, beside bare SignalR, Socket.IO and ws.")
        {
            json, smoke, runs, connections, without,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(json),
            parsed.GetValue(smoke) ? 1 : Math.Max(1, parsed.GetValue(runs)),
            parsed.GetValue(smoke) ? SmokeConnections : Math.Max(1, parsed.GetValue(connections)),
            parsed.GetValue(smoke) ? TimeSpan.Zero : Settling,
            parsed.GetValue(without) ?? [],
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        string? json, int runs, int connections, TimeSpan settling, string[] without, CancellationToken cancellation)
    {
        using var target = ResultTarget.Open(json);
        var console = BenchConsole.For(target);
        var plan = FanoutPlan.Of(smoke: false, runs, [], without);
        var contenders = await FanoutCommand.ContendersAsync(plan, absent => console.WriteLine(absent), cancellation);
        var bytes = contenders.ToDictionary(contender => contender.Name, _ => new List<double>());
        for (var run = 0; run < runs; run++)
            foreach (var contender in contenders)
            {
                var each = await MeasureAsync(contender, connections, settling, cancellation);
                bytes[contender.Name].Add(each);
                console.MarkupLineInterpolated($"[grey]{contender.Name}: {each:N0} bytes[/]");
            }

        var row = new BenchRow(
            string.Create(CultureInfo.InvariantCulture, $"RSS per idle connection at {connections:N0} connections"),
            "bytes",
            Spread.Of(bytes[FanoutPlan.Ours]),
            bytes.Where(each => each.Key != FanoutPlan.Ours)
                .ToDictionary(each => each.Key, each => Spread.Of(each.Value)))
        {
            Note = "growth of the server's resident memory; ours authenticates each connection, the peers do not",
        };
        console.Write(BenchConsole.ToTable("connections", runs, [row]));
        await target.WriteAsync(BenchReport.Create("connections", runs, [row]).ToJson(), cancellation);
        return 0;
    }

    private static async Task<double> MeasureAsync(
        HubContender contender, int connections, TimeSpan settling, CancellationToken cancellation)
    {
        await using var server = await contender.StartAsync(null, cancellation);
        using var crowd = new IdleCrowd(await server.OpenRoomAsync(1, cancellation));
        await crowd.GrowAsync(Math.Min(WarmConnections, connections), cancellation);
        await Task.Delay(settling, TimeProvider.System, cancellation);
        var before = server.ResidentBytes;
        await crowd.GrowAsync(connections, cancellation);
        await Task.Delay(settling, TimeProvider.System, cancellation);
        crowd.CheckAllStayed();
        // A server may give more back than a few connections take; a ratio needs something to divide by.
        return Math.Max(1.0, (double)(server.ResidentBytes - before) / connections);
    }
}
