using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Engage.LoadGen.Load.People;
using Engage.LoadGen.Load.Wire;

namespace Engage.LoadGen.Load.Workers;

/// <summary>
/// People who browse over HTTP: each visit sends an event and then asks for the recommendations that take it into
/// account. Bounded: more than so many visits at once wait, and their latency counts from when they were due.
/// </summary>
internal sealed class Visits : IDisposable
{
    private const int UnderWayMax = 256;
    private const int Recommendations = 10;

    private readonly HttpClient _http;
    private readonly Crowd _crowd;
    private readonly IReadOnlyList<string> _contents;
    private readonly Queue<(int Person, long Due, Guid Event)> _waiting = new();
    private int _running;

    public Visits(Crowd crowd, IReadOnlyList<string> contents)
    {
        (_crowd, _contents) = (crowd, contents);
        _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = UnderWayMax })
        {
            BaseAddress = crowd.Settings.Server,
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    /// <summary>Visits that have begun or wait.</summary>
    public int UnderWay => _running + _waiting.Count;

    /// <summary>Called under the loop's gate.</summary>
    public void Begin(int person, long due, Guid id)
    {
        _waiting.Enqueue((person, due, id));
        Next();
    }

    public void Dispose() => _http.Dispose();

    private void Next()
    {
        while (_running < UnderWayMax && _waiting.TryDequeue(out var visit))
        {
            _running++;
            _crowd.Tally.Sent++;
            // Away from the gate: writing a request takes longer than all that is done under it.
            _ = Task.Run(() => VisitAsync(visit.Person, visit.Due, visit.Event));
        }
    }

    private async Task VisitAsync(int person, long due, Guid id)
    {
        var isCounted = false;
        string? problem = null;
        try
        {
            (isCounted, problem) = await RequestAsync(person, id);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException
            or InvalidOperationException or KeyNotFoundException or IOException)
        {
            problem = e.GetType().Name;
        }

        lock (_crowd.Loop.Gate)
        {
            _running--;
            Count(due, isCounted, problem);
            Next();
        }
    }

    /// <returns>Whether the event was acknowledged, and what went wrong.</returns>
    private async Task<(bool IsCounted, string? Problem)> RequestAsync(int person, Guid id)
    {
        var token = _crowd.TokenOf(person);
        var content = _contents[(int)((uint)id.GetHashCode() % _contents.Count)];
        using var tracking = new HttpRequestMessage(HttpMethod.Post, "v1/events")
        {
            Content = JsonContent.Create(new[] { new { eventId = id, kind = "viewed", content } }),
            Headers = { Authorization = new("Bearer", token) },
        };
        using var tracked = await _http.SendAsync(tracking);
        if (!tracked.IsSuccessStatusCode)
            return (false, $"events {(int)tracked.StatusCode}");
        var position = (await tracked.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("position").GetString()!;
        using var asking = new HttpRequestMessage(HttpMethod.Get, string.Create(
            CultureInfo.InvariantCulture,
            $"v1/recommendations?limit={Recommendations}&after={Uri.EscapeDataString(position)}"))
        {
            Headers = { Authorization = new("Bearer", token) },
        };
        using var answer = await _http.SendAsync(asking);
        await answer.Content.ReadAsByteArrayAsync();
        return (true, answer.IsSuccessStatusCode ? null : $"recommendations {(int)answer.StatusCode}");
    }

    private void Count(long due, bool isCounted, string? problem)
    {
        if (isCounted)
            _crowd.Tally.VisitsAcknowledged++;
        else
            _crowd.Tally.VisitsUnknown++;
        if (problem is not null)
        {
            _crowd.Tally.Refuse(problem);
            return;
        }

        var taken = _crowd.Nanoseconds(_crowd.Timeline.Now - due);
        _crowd.Tally.Acknowledged++;
        _crowd.Second.Acknowledged++;
        _crowd.Tally.Visit.RecordNanoseconds(taken);
        _crowd.Second.Acknowledgement.RecordNanoseconds(taken);
    }
}
