using System.Diagnostics;

namespace Engage.Postgres;

/// <summary>Small programs that are run to their end.</summary>
internal static class CommandLine
{
    /// <exception cref="InvalidOperationException">It failed; the text carries what it said.</exception>
    public static void Run(params string[] command)
    {
        if (TryRun(command) is { } failure)
            throw new InvalidOperationException($"'{string.Join(' ', command)}' failed: {failure}");
    }

    /// <returns>Null if it succeeded, otherwise what it said.</returns>
    public static string? TryRun(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : errors.GetAwaiter().GetResult();
    }
}
