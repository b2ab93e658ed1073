using System.Diagnostics;
using System.Globalization;

namespace Engage.Storage.Tests;

/// <summary>A process of its own that appends until it is killed, and says what was acknowledged.</summary>
internal static class AppenderProcess
{
    public static Process Start(string kind, string location, string keyFolder, int workers) =>
        Start(keyFolder, kind, location, workers.ToString(CultureInfo.InvariantCulture));

    /// <summary>One that appends to rooms, so many entries at a time.</summary>
    public static Process StartRooms(string kind, string location, string keyFolder, int entries) =>
        Start(keyFolder, kind, location, entries.ToString(CultureInfo.InvariantCulture), "rooms");

    /// <summary>One that writes sales into the books, with so many callers.</summary>
    public static Process StartBooks(string kind, string location, int workers) =>
        Start("", kind, location, workers.ToString(CultureInfo.InvariantCulture), "books");

    /// <summary>One that only owns a private PostgreSQL server; its first line is the data folder.</summary>
    public static Process StartServerOwner() => Start("", "server");

    private static Process Start(string keyFolder, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Engage.Storage.Appender.dll");
        return Process.Start(new ProcessStartInfo("dotnet", ["exec", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ENGAGE_KEY_FOLDER"] = keyFolder },
        })!;
    }
}
