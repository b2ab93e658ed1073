using System.Text.Json;

namespace Engage.Api.Tests;

internal static class Progress
{
    /// <summary>
    /// Asks until every partition has applied all that its journal holds; the test's own time limit ends it.
    /// </summary>
    public static async Task DrainedAsync(this RunningServer server)
    {
        while (!await IsDrainedAsync(server)) await Task.Yield();
    }

    private static async Task<bool> IsDrainedAsync(RunningServer server)
    {
        var (_, progress) = await server.Service.GetJsonAsync("/v1/activity/progress");
        return progress.GetProperty("partitions").EnumerateArray().All(IsDrained);
    }

    private static bool IsDrained(JsonElement partition) =>
        partition.GetProperty("applied").GetInt64() == partition.GetProperty("head").GetInt64();
}
