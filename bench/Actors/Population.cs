using System.Diagnostics;
using System.Runtime;
using System.Text.Json;

namespace Engage.Bench.Actors;

/// <summary>
/// What many actors that were called once cost: time and memory. Each measurement is a process of its own, so that none
/// finds what another left behind.
/// </summary>
/// <param name="PerSecond">First calls per second.</param>
/// <param name="HeapBytesEach">Growth of the heap after forced collections.</param>
/// <param name="WorkingSetBytesEach">Growth of the process.</param>
/// <param name="WorkingSetMegabytes">The whole process in the end.</param>
internal sealed record Population(
    double PerSecond, double HeapBytesEach, double WorkingSetBytesEach, double WorkingSetMegabytes)
{
    public const string CommandName = "population";

    /// <summary>Measures in this process.</summary>
    public static async Task<Population> MeasureAsync(string contender, int count)
    {
        await using var actors = await StartAsync(contender);
        var warmUp = Math.Max(1_000, count / 50);
        await actors.PopulateAsync(count, warmUp);
        var (heap, workingSet) = Look();
        var start = Stopwatch.GetTimestamp();
        await actors.PopulateAsync(0, count);
        var elapsed = Stopwatch.GetElapsedTime(start);
        var (heapAfter, workingSetAfter) = Look();
        return new(
            count / elapsed.TotalSeconds,
            (double)(heapAfter - heap) / count,
            (double)(workingSetAfter - workingSet) / count,
            workingSetAfter / 1048576.0);
    }

    /// <summary>Measures in a process of its own.</summary>
    public static async Task<Population> MeasureApartAsync(
        string contender, int count, CancellationToken cancellation)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Engage.Bench.dll");
        var start = new ProcessStartInfo("dotnet", [program, CommandName, contender, $"{count}"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<Population>(output)!
            : throw new InvalidOperationException($"Measuring {count} of {contender} failed: {output}");
    }

    private static async Task<IContender> StartAsync(string contender) => contender switch
    {
        "grains" => new GrainContender(await GrainContender.StartHostAsync()),
        "stateful-grains" => new StatefulGrainContender(await GrainContender.StartHostAsync()),
        "user-grains" => await UserGrainContender.StartAsync(),
        "channel actor" => new ChannelContender(),
        "pooled channel actor" => new PooledChannelContender(),
        _ => throw new ArgumentException($"There is no contender \"{contender}\"."),
    };

    private static (long Heap, long WorkingSet) Look()
    {
        for (var i = 0; i < 3; i++)
        {
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return (GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
    }
}
