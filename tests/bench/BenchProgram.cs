using System.Diagnostics;
using System.Text.Json;

namespace Engage.Bench.Tests;

/// <summary>The real program, as a script would run it.</summary>
internal static class BenchProgram
{
    /// <returns>What it wrote as JSON to standard output.</returns>
    public static async Task<JsonElement> RunAsync(params string[] arguments)
    {
        var (code, output, errors) = await TryRunAsync([.. arguments, "--json", "-"]);
        Assert.True(code == 0, errors);
        return JsonSerializer.Deserialize<JsonElement>(output);
    }

    /// <summary>Its exit code and what it wrote, whether it succeeds or not.</summary>
    public static async Task<(int Code, string Output, string Errors)> TryRunAsync(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Engage.Bench.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
