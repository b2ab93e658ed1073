using System.Diagnostics;

namespace Engage.Deploy.Tests;

internal sealed record ShellResult(int Code, string Output);

/// <summary>Runs bash on the script's own functions, in a folder of its own, and waits a minute at most.</summary>
internal static class Shell
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task<ShellResult> RunAsync(string command, string? folder = null)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", command])
        {
            WorkingDirectory = folder ?? SourceTree.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new(process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"Not done after {Patience}: {command}");
        }
    }

    /// <summary>The same, with the functions of ./engage at hand; what they build goes to the folder.</summary>
    public static Task<ShellResult> RunEngageAsync(string command, string folder) => RunAsync(
        $"""
        . '{SourceTree.Root}/engage'
        artifacts='{folder}/artifacts'
        use_engine Embedded
        {command}
        """, folder);

    public static bool Has(string program) =>
        new[] { "/usr/sbin" }.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}

/// <summary>A test that asks a program of the trade; says so where it is not installed.</summary>
internal sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(string program) =>
        Skip = Shell.Has(program) ? null : $"{program} is not installed";
}

/// <summary>A folder that other users can enter, as PostgreSQL's own user must, and that is gone afterwards.</summary>
internal sealed class OpenFolder : IDisposable
{
    public OpenFolder()
    {
        Path = Directory.CreateTempSubdirectory("engage-deploy-").FullName;
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
