using System.Diagnostics;
using System.Globalization;

namespace Engage.LoadGen.Load.Workers;

/// <summary>
/// Starts processes on one core. By <c>taskset</c>, since the affinity that a running process is given holds for its
/// first thread alone, and a runtime counts its cores when it starts.
/// </summary>
public static class Pinning
{
    private const string TaskSet = "/usr/bin/taskset";

    /// <summary>Whether processes can be pinned here.</summary>
    public static bool IsPossible => File.Exists(TaskSet) && Environment.ProcessorCount > 1;

    /// <param name="core">The one core it may use; null, or where pinning is impossible: any.</param>
    public static ProcessStartInfo Start(
        string program, IReadOnlyList<string> arguments, int? core, Action<ProcessStartInfo> configure)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(configure);
        var start = core is { } one && IsPossible
            ? new ProcessStartInfo(
                TaskSet, ["-c", one.ToString(CultureInfo.InvariantCulture), program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        configure(start);
        return start;
    }
}
