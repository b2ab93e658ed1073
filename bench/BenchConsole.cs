using System.Globalization;
using Engage.LoadGen.Protocol;
using Spectre.Console;

namespace Engage.Bench;

/// <summary>What people read of a benchmark.</summary>
internal static class BenchConsole
{
    /// <summary>Standard output, or standard error where that belongs to one of the results.</summary>
    public static IAnsiConsole For(params ResultTarget[] targets) => targets.Any(target => target.IsStandardOutput)
        ? AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) })
        : AnsiConsole.Console;

    public static Table ToTable(string bench, int runs, IReadOnlyList<BenchRow> rows)
    {
        var table = new Table { Title = new($"{bench}: median (min..max) of {runs}") };
        table.AddColumns("what", "unit", "ours", "peers", "ours / peer");
        foreach (var row in rows)
            table.AddRow(
                row.Name,
                row.Unit,
                Figure(row.Ours),
                string.Join('\n', row.Peers.Select(peer => $"{peer.Key} {Figure(peer.Value)}")),
                string.Join(
                    '\n', row.Ratios.Values.Select(ratio => ratio.ToString("F2", CultureInfo.InvariantCulture))));
        return table;
    }

    private static string Figure(Spread spread) =>
        $"{Figure(spread.Median)} ({Figure(spread.Min)}..{Figure(spread.Max)})";

    private static string Figure(double value) =>
        value.ToString(value < 100 ? "G3" : "N0", CultureInfo.InvariantCulture);
}
