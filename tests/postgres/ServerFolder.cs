using System.Globalization;
using System.Security.Cryptography;

namespace Engage.Postgres;

/// <summary>Temporary folders that carry their owner's process id, so that the next clears up after the dead.</summary>
internal static class ServerFolder
{
    private const string Prefix = "engage-postgres-";

    public static string Create()
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException(PostgresBinaries.Missing);

        RemoveAbandoned();
        var path = Path.Combine(
            Path.GetTempPath(), $"{Prefix}{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, true)}");
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    /// <summary>
    /// Usually the watchdog has done it; not if it was killed too. A folder whose server still runs is left to it.
    /// </summary>
    private static void RemoveAbandoned()
    {
        foreach (var path in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            if (ProcessTable.IsAlive(OwnerOf(path)) || ProcessTable.IsAlive(ServerOf(path))) continue;

            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Somebody else's, or somebody else is just removing it.
            }
        }
    }

    private static int OwnerOf(string path) => Number(Path.GetFileName(path)[Prefix.Length..].Split('-')[0]);

    private static int ServerOf(string path)
    {
        try
        {
            return Number(File.ReadLines(Path.Combine(path, "data", "postmaster.pid")).FirstOrDefault() ?? "");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
}
