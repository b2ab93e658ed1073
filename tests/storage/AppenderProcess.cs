using System.Diagnostics;
using System.Globalization;

namespace Engage.Storage.Tests;

/// <summary>A process of its own that appends until it is killed, and says what was acknowledged.</summary>
internal static class AppenderProcess
{
    public static Process Start(string kind, string location, int workers)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Engage.Storage.Appender.dll");
        string[] arguments = ["exec", program, kind, location, workers.ToString(CultureInfo.InvariantCulture)];
        return Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }
}
