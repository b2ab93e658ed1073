using System.Diagnostics;

namespace Engage.Postgres;

/// <summary>Where this machine keeps PostgreSQL's server programs, and why it cannot run them if it cannot.</summary>
public static class PostgresBinaries
{
    /// <summary>The environment variable that names the folder to take instead of any other.</summary>
    public const string FolderVariable = "ENGAGE_POSTGRES_BIN";

    private static readonly Lazy<(string? Folder, string? Missing)> Found = new(Find);

    /// <summary>The folder with <c>initdb</c> and <c>postgres</c>, null if there is none.</summary>
    public static string? Folder => Found.Value.Folder;

    /// <summary>Why no server can be started here; null if one can.</summary>
    public static string? Missing => Found.Value.Missing;

    private static (string?, string?) Find()
    {
        if (OperatingSystem.IsWindows()) return (null, "the private PostgreSQL server needs a Unix system");

        var folder = Candidates().FirstOrDefault(path =>
            File.Exists(Path.Combine(path, "initdb")) && File.Exists(Path.Combine(path, "postgres")));
        if (folder is null)
            return (null, "PostgreSQL's server programs (initdb, postgres) are missing; install postgresql-15 "
                + $"or set {FolderVariable}");
        if (Unprivileged.IsRoot && Unprivileged.Missing is { } reason) return (null, reason);
        return (folder, null);
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } chosen)
        {
            yield return chosen;
            yield break;
        }

        yield return "/usr/lib/postgresql/15/bin";
        if (Directory.Exists("/usr/lib/postgresql"))
            foreach (var version in Directory.EnumerateDirectories("/usr/lib/postgresql").Order().Reverse())
                yield return Path.Combine(version, "bin");
        if (AskPgConfig() is { } folder) yield return folder;
        foreach (var path in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
            if (path.Length > 0)
                yield return path;
    }

    private static string? AskPgConfig()
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("pg_config", ["--bindir"]) { RedirectStandardOutput = true })!;
            var folder = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return folder.Length > 0 ? folder : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
