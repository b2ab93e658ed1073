using System.Globalization;

namespace Engage.Postgres;

/// <summary>What /proc tells of processes.</summary>
internal static class ProcessTable
{
    public static int[] ChildrenOf(int parent) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && State(id) is { } state && state.Parent == parent),
    ];

    /// <summary>False also for one that is dead and only waits to be collected.</summary>
    public static bool IsAlive(int id) => State(id) is { State: not ("Z" or "X") };

    private static (string State, int Parent)? State(int id)
    {
        try
        {
            // "id (name) state parent ...": the name may hold anything, so what counts is behind the last bracket.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var words = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (words[0], int.Parse(words[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
