using System.Diagnostics;
using System.Text.Json;

namespace Engage.Bench.Tests;

/// <summary>The real program, as a script would run it.</summary>
internal static class BenchProgram
{
    /// <returns>What it wrote as JSON to standard output.</returns>
    public static async Task<JsonElement> RunAsync(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Engage.Bench.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments, "--json", "-"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return JsonSerializer.Deserialize<JsonElement>(output);
    }
}
