using System.Diagnostics;
using System.Globalization;

namespace Engage.Storage.Tests;

/// <summary>A process of its own that appends until it is killed.</summary>
internal static class AppenderProcess
{
    public static Process Start(string[] where, int workers)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Engage.Storage.Appender.dll"));
        foreach (var argument in where) start.ArgumentList.Add(argument);
        start.ArgumentList.Add(workers.ToString(CultureInfo.InvariantCulture));
        return Process.Start(start)!;
    }
}
