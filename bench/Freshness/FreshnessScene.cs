using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Realtime;
using Engage.LoadGen.Servers;

namespace Engage.Bench.Freshness;

/// <summary>A server process with a catalogue, some history, and one user who watches her recommendations.</summary>
internal sealed class FreshnessScene : IAsyncDisposable
{
    private const int Contents = 500;
    private const int HistoryUsers = 100;
    private const int HistoryEvents = 4_000;
    private const int Warmup = 50;
    private readonly ServerProcess _server;
    private readonly HubClient _hub;
    private readonly HubClient _idle;

    private FreshnessScene(ServerProcess server, HubClient hub, HubClient idle) =>
        (_server, _hub, _idle) = (server, hub, idle);

    public static async Task<FreshnessScene> StartAsync(string assembly, CancellationToken cancellation)
    {
        var server = ServerProcess.Start(assembly);
        using var client = new EngageClient(
            server.Address, server.Account, new RetryPolicy(new()), TimeProvider.System);
        await server.WaitReadyAsync(client, cancellation);
        await FillCatalogueAsync(client, cancellation);
        await FillHistoryAsync(client, cancellation);
        var hub = await HubClient.ConnectAsync(
            server.Address, await SignUpAsync(server.Address, "bench", cancellation));
        var idle = await HubClient.ConnectAsync(
            server.Address, await SignUpAsync(server.Address, "idle", cancellation));
        return new(server, hub, idle);
    }

    public async Task<FreshnessMeasurement> MeasureAsync(int events, CancellationToken cancellation)
    {
        await _hub.CallAsync("WatchRecommendations");
        for (var i = 0; i < Warmup; i++) await ActAsync(i);

        var (pushes, acknowledgements, noOps) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < events; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            noOps.Add(await NoOpAsync());
            var (acknowledged, pushed) = await ActAsync(Warmup + i);
            acknowledgements.Add(acknowledged);
            pushes.Add(pushed);
        }
        return new(pushes, acknowledgements, noOps);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _idle.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task<(double AcknowledgedMs, double PushedMs)> ActAsync(int number)
    {
        var act = new
        {
            eventId = Guid.NewGuid(),
            kind = number % 5 == 0 ? "liked" : "viewed",
            content = ContentId(number * 7 % Contents),
        };
        var start = Stopwatch.GetTimestamp();
        var acknowledgement = await _hub.CallAsync("Track", (object)new[] { act });
        var acknowledged = Stopwatch.GetElapsedTime(start);
        await _hub.PushAfterAsync(acknowledgement.GetProperty("position").GetString()!);
        return (acknowledged.TotalMilliseconds, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    /// <summary>Ending a watch that another connection does not have is a call that finds nothing to do.</summary>
    private async Task<double> NoOpAsync()
    {
        var start = Stopwatch.GetTimestamp();
        await _idle.CallAsync("StopRecommendations");
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task FillCatalogueAsync(EngageClient client, CancellationToken cancellation)
    {
        await client.CreateAsync(new CommunityMessage("g-bench", new(En: "Bench")), cancellation);
        for (var i = 0; i < 10; i++)
            await client.CreateAsync(
                new CreatorMessage($"k-{i}", new(En: $"Creator {i}"), null, ["g-bench"]), cancellation);
        await Parallel.ForAsync(0, Contents, cancellation, async (i, token) =>
            await client.CreateAsync(
                new ContentMessage(
                    ContentId(i), "course", $"k-{i % 10}", "g-bench", new(En: $"Course {i} on topic {i % 25}")),
                token));
    }

    private static async Task FillHistoryAsync(EngageClient client, CancellationToken cancellation)
    {
        const int batch = 100;
        for (var start = 0; start < HistoryEvents; start += batch)
            await client.SendEventsAsync([.. Enumerable.Range(start, batch).Select(i => new EventMessage
            {
                EventId = Guid.NewGuid(),
                User = $"u-{i % HistoryUsers}",
                Kind = "completed",
                Content = ContentId(((i % HistoryUsers % 25) + (i / HistoryUsers * 25)) % Contents),
            })], cancellation);
        while (!(await client.ProgressAsync(cancellation)).Drained) await Task.Yield();
    }

    private static async Task<string> SignUpAsync(Uri address, string userName, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = address };
        var account = new
        {
            userName, password = "a password for the bench", displayName = userName,
            consent = new { personalization = true },
        };
        using var registered = await http.PostAsJsonAsync("/v1/users", account, cancellation);
        registered.EnsureSuccessStatusCode();
        using var answer = await http.PostAsJsonAsync(
            "/v1/tokens", new { account.userName, account.password }, cancellation);
        answer.EnsureSuccessStatusCode();
        var token = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        return token.GetProperty("accessToken").GetString()!;
    }

    private static string ContentId(int number) => string.Create(CultureInfo.InvariantCulture, $"c-{number}");
}
