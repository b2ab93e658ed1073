using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Engage.Bench.Connections;
using Engage.LoadGen.Load.Conducting;
using Engage.LoadGen.Load.Workers;
using Engage.LoadGen.Protocol;
using Spectre.Console;

namespace Engage.Bench.Sends;

/// <summary><c>sends</c>: what the transport alone makes of a broadcast, beside SignalR's own.</summary>
internal static class SendsCommand
{
    private const int RunsDefault = 5, ClientsDefault = 1_000, SmokeClients = 10;
    private static readonly int[] Rates = [20, 200, 0];

    public static Command Create()
    {
        var json = new Option<string?>("--json")
        {
            Description = "Also write the result as JSON to this file; - for standard output.",
        };
        var smoke = new Option<bool>("--smoke") { Description = "Only a moment's run, to see that it works." };
        var runs = new Option<int>("--runs")
        {
            Description = "Interleaved runs whose median is told.",
            DefaultValueFactory = _ => RunsDefault,
        };
        var command = new Command(
            "sends",
            "Broadcasts of 100 bytes to 1,000 clients through the hub's transport alone, beside SignalR's own; the "
            + "server on the first core.")
        {
            json, smoke, runs,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(json), parsed.GetValue(smoke), parsed.GetValue(runs), cancellation));
        return command;
    }

    /// <summary>The server of one run; not for people.</summary>
    public static Command CreateHost()
    {
        var ours = new Argument<bool>("ours");
        var command = new Command(SendsHost.CommandName, "Broadcasts on demand.") { ours };
        command.Hidden = true;
        command.SetAction((parsed, _) => SendsHost.RunAsync(parsed.GetValue(ours)));
        return command;
    }

    private static async Task<int> RunAsync(string? json, bool smoke, int runs, CancellationToken cancellation)
    {
        using var target = ResultTarget.Open(json);
        var console = BenchConsole.For(target);
        var (times, clients, seconds) = smoke ? (1, SmokeClients, 0.2) : (Math.Max(1, runs), ClientsDefault, 3.0);
        var figures = new Dictionary<(string Row, bool Ours), List<double>>();
        for (var run = 0; run < times; run++)
            foreach (var ours in new[] { true, false })
                foreach (var (row, value) in await MeasureAsync(ours, clients, seconds, cancellation))
                {
                    if (!figures.TryGetValue((row, ours), out var values)) figures[(row, ours)] = values = [];
                    values.Add(value);
                }

        BenchRow[] rows = [.. figures.Where(each => each.Key.Ours).Select(each => new BenchRow(
            each.Key.Row,
            each.Key.Row.StartsWith("deliveries", StringComparison.Ordinal) ? "deliveries/s" : "us",
            Spread.Of(each.Value),
            new Dictionary<string, Spread> { ["bare SignalR"] = Spread.Of(figures[(each.Key.Row, false)]) }))];
        console.Write(BenchConsole.ToTable("sends", times, rows));
        await target.WriteAsync(BenchReport.Create("sends", times, rows).ToJson(), cancellation);
        return 0;
    }

    private static async Task<List<(string Row, double Value)>> MeasureAsync(
        bool ours, int clients, double seconds, CancellationToken cancellation)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Engage.Bench.dll");
        using var host = Process.Start(Pinning.Start(
            "dotnet", [program, SendsHost.CommandName, ours ? "true" : "false"], core: 0,
            start => (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true)))!;
        var address = await host.StandardOutput.ReadLineAsync(cancellation)
            ?? throw new InvalidOperationException("The host of the measurement ended without a word.");
        using var crowd = new IdleCrowd(new("signalr", new(address), "", [""]));
        await crowd.GrowAsync(clients, cancellation);
        var reading = crowd.ReadAllAsync();
        var figures = new List<(string, double)>();
        // Once for the compiler.
        await AskAsync(host, 0, seconds / 2, cancellation);
        foreach (var rate in Rates)
        {
            var result = await AskAsync(host, rate, seconds, cancellation);
            var deliveries = (double)result.Broadcasts * clients;
            figures.Add(($"processor time per delivery, {NameOf(rate)}", result.ProcessorSeconds * 1e6 / deliveries));
            if (rate == 0) figures.Add(($"deliveries, {NameOf(rate)}", deliveries / result.Seconds));
        }
        host.StandardInput.Close();
        await host.WaitForExitAsync(cancellation);
        await reading;
        return figures;
    }

    private static string NameOf(int rate) =>
        rate == 0 ? "as fast as it goes" : string.Create(CultureInfo.InvariantCulture, $"{rate} broadcasts/s");

    private static async Task<SendsResult> AskAsync(
        Process host, int rate, double seconds, CancellationToken cancellation)
    {
        await host.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{rate} {seconds}"));
        await host.StandardInput.FlushAsync(cancellation);
        var line = await host.StandardOutput.ReadLineAsync(cancellation)
            ?? throw new InvalidOperationException("The host of the measurement ended without a result.");
        return JsonSerializer.Deserialize<SendsResult>(line)!;
    }
}
