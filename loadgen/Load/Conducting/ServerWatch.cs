using System.Globalization;
using Engage.LoadGen.Servers;

namespace Engage.LoadGen.Load.Conducting;

/// <summary>What can be seen of a server from outside at one moment.</summary>
/// <param name="RoomLogReads">Reads of rooms' logs so far.</param>
/// <param name="WaitingBytes">That wait in the process for clients who do not read.</param>
/// <param name="ResidentBytes">Memory of it that is in RAM.</param>
internal sealed record ServerSight(long RoomLogReads, long WaitingBytes, long ResidentBytes);

/// <summary>Watches a server of one's own: its memory, and its metrics on the operators' port.</summary>
internal sealed class ServerWatch(ServerProcess server, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _http = new() { BaseAddress = server.Management };

    public void Dispose() => _http.Dispose();

    public async Task<ServerSight> LookAsync(CancellationToken cancellation)
    {
        var text = await _http.GetStringAsync(new Uri("metrics", UriKind.Relative), cancellation);
        return new(
            (long)Sum(text, "engage_storage_room_reads_total"), (long)Sum(text, "engage_hub_waiting_bytes"),
            server.ResidentBytes);
    }

    /// <summary>Looks again and again while something is done.</summary>
    /// <returns>What was done, and the most that was seen of everything meanwhile.</returns>
    public async Task<(T Result, ServerSight Most)> DuringAsync<T>(
        Func<Task<T>> doAsync, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = MostAsync(await LookAsync(cancellation), ended.Token);
        try
        {
            var result = await doAsync();
            await ended.CancelAsync();
            return (result, Most(await watching, await LookAsync(cancellation)));
        }
        finally
        {
            await ended.CancelAsync();
            await ((Task)watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A metric's value in Prometheus' text format, over all its label sets; 0: it is not there.</summary>
    internal static double Sum(string text, string metric)
    {
        var sum = 0.0;
        foreach (var line in text.AsSpan().EnumerateLines())
            if (line.StartsWith(metric, StringComparison.Ordinal) && line.Length > metric.Length
                && line[metric.Length] is ' ' or '{')
                sum += double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
        return sum;
    }

    private async Task<ServerSight> MostAsync(ServerSight most, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
                most = Most(most, await LookAsync(ended));
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // What was watched has ended.
        }

        return most;
    }

    private static ServerSight Most(ServerSight a, ServerSight b) => new(
        Math.Max(a.RoomLogReads, b.RoomLogReads), Math.Max(a.WaitingBytes, b.WaitingBytes),
        Math.Max(a.ResidentBytes, b.ResidentBytes));
}
