using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Engage.LoadGen.Tests;

/// <summary>
/// A platform that keeps counters in memory behind a real Kestrel, with switches for everything that can go wrong
/// between a client and a server.
/// </summary>
internal sealed class StubPlatform : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, long>> _counters = new();
    private readonly ConcurrentDictionary<string, JsonElement> _entries = new();
    private readonly ConcurrentDictionary<Guid, string> _taken = new();
    private readonly List<string> _order = [];

    private StubPlatform(WebApplication app) => _app = app;

    /// <summary>Where it answers.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>Consulted before a batch is taken; an answer that it makes is final.</summary>
    public Func<HttpContext, int, Task<bool>>? BeforeEvents { get; set; }

    /// <summary>Consulted after a batch is taken and before it is acknowledged.</summary>
    public Action<HttpContext, int>? AfterEvents { get; set; }

    /// <summary>How many times an actor counts an event: 1, unless a test wants it wrong.</summary>
    public Func<string, int, long> CountOf { get; set; } = (_, _) => 1;

    /// <summary>Ids of all events received, in order, repeated ones included.</summary>
    public ConcurrentQueue<Guid> Received { get; } = new();

    /// <summary>Batches received.</summary>
    public int Batches;

    /// <summary>
    /// Tokens given out; a request with an older one is refused once <see cref="OldTokensRefused"/> is set.
    /// </summary>
    public int Tokens;

    public bool OldTokensRefused { get; set; }

    public static async Task<StubPlatform> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var stub = new StubPlatform(app);
        stub.Map();
        await app.StartAsync();
        return stub;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Map()
    {
        _app.MapGet("/readyz", () => Results.Ok());
        _app.MapPost("/v1/tokens", () => Results.Json(new { accessToken = $"t{++Tokens}", expiresIn = 3600 }));
        _app.MapPost("/v1/events", TakeAsync);
        _app.MapGet("/v1/recommendations", (string user) => Results.Json(Recommend(user)));
        _app.MapGet("/v1/activity/users/{id}", (string id) => Results.Json(new { counters = Counters(id) }));
        _app.MapGet("/v1/activity/progress", () => Results.Json(
            new { partitions = new[] { new { partition = 0, head = Received.Count, applied = Received.Count } } }));
        foreach (var kind in (string[])["communities", "creators", "contents"])
        {
            _app.MapPost($"/v1/{kind}", (JsonElement body) => Create(body));
            _app.MapGet($"/v1/{kind}/{{id}}", (string id) => Results.Json(new { counters = Counters(id) }));
        }
    }

    private IResult Create(JsonElement body)
    {
        var id = body.GetProperty("id").GetString()!;
        if (!_entries.TryAdd(id, body))
            return Results.StatusCode(_entries[id].GetRawText() == body.GetRawText() ? 200 : 409);
        lock (_order)
            _order.Add(id);
        return Results.StatusCode(201);
    }

    private object Recommend(string user)
    {
        lock (_order)
        {
            var newest = _order.Where(id => id.StartsWith("c-", StringComparison.Ordinal)).Reverse().Take(10);
            var items = newest.Select(content => new { content, score = 1.0 });
            return new { user, version = 1, stale = false, items };
        }
    }

    private async Task<IResult> TakeAsync(HttpContext http, JsonElement[] events)
    {
        var batch = Interlocked.Increment(ref Batches);
        if (OldTokensRefused && http.Request.Headers.Authorization != $"Bearer t{Tokens}")
            return Results.StatusCode(401);
        if (BeforeEvents is { } before && await before(http, batch))
            return Results.Empty;
        var results = events.Select(Take).ToArray();
        AfterEvents?.Invoke(http, batch);
        return Results.Json(new
        {
            accepted = results.Count(r => r == "accepted"),
            duplicates = results.Count(r => r == "duplicate"),
            rejected = 0,
            position = $"0:{Received.Count}",
            results = results.Select((status, index) => new { index, status, position = $"0:{Received.Count}" }),
        });
    }

    private string Take(JsonElement message)
    {
        var id = message.GetProperty("eventId").GetGuid();
        Received.Enqueue(id);
        var kind = message.GetProperty("kind").GetString()!;
        if (!_taken.TryAdd(id, kind))
            return "duplicate";
        var content = message.GetProperty("content").GetString()!;
        var entry = _entries[content];
        string[] actors =
        [
            message.GetProperty("user").GetString()!, content,
            entry.GetProperty("creator").GetString()!, entry.GetProperty("community").GetString()!,
        ];
        foreach (var actor in actors)
            Counters(actor).AddOrUpdate(kind, CountOf(actor, _taken.Count), (_, n) => n + CountOf(actor, _taken.Count));
        return "accepted";
    }

    private ConcurrentDictionary<string, long> Counters(string id) => _counters.GetOrAdd(id, _ => new());
}
