using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;

namespace Engage.Browser.Tests;

/// <summary>Rooms to meet in, and people with a browser each who come into them.</summary>
internal sealed class RoomHall(LivePage live) : IDisposable
{
    public const string Community = "g-ai";
    public const string Creator = "k-lin";
    private const string Password = "correct horse battery";
    private static int _people;
    private static int _rooms;

    private readonly HttpClient _http = new() { BaseAddress = live.Address };

    /// <summary>A new room that is open at once, or one that is to come.</summary>
    public async Task<string> OpenRoomAsync(DateTimeOffset? scheduledAt = null)
    {
        var id = $"r-{Interlocked.Increment(ref _rooms)}";
        var title = new { zh = $"第 {id} 间", en = $"Room {id}" };
        var room = new Dictionary<string, object>
        {
            ["id"] = id, ["community"] = Community, ["creator"] = Creator, ["title"] = title,
        };
        if (scheduledAt is { } at) room["scheduledAt"] = at;
        await SendAsync(HttpMethod.Post, "/v1/rooms", room, await ServiceTokenAsync());
        return id;
    }

    /// <summary>Somebody new with a browser of her own, signed up as anybody would.</summary>
    public async Task<RoomGuest> GuestAsync(
        string language = "en-US", int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await live.VisitAsync(language, width, height, scheme);
        var number = Interlocked.Increment(ref _people);
        var guest = new RoomGuest(page, $"guest-{number}", Password, $"Guest {number}");
        await guest.SignUpAsync();
        return guest;
    }

    /// <summary>Somebody with a role in the community, who also owns its creator.</summary>
    public async Task<RoomGuest> OwnerAsync(
        string language = "en-US", int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light)
    {
        var guest = await GuestAsync(language, width, height, scheme);
        var token = await ServiceTokenAsync();
        var user = await guest.UserAsync();
        await SendAsync(
            HttpMethod.Put, $"/v1/communities/{Community}/members/{user}", new { role = "owner" }, token);
        await SendAsync(HttpMethod.Put, $"/v1/creators/{Creator}/owners/{user}", new { }, token);
        return guest;
    }

    /// <summary>Says it over HTTP; waits when it is told to.</summary>
    public async Task SayAsync(string room, string token, string text)
    {
        var body = new { @do = "say", id = Guid.NewGuid(), text };
        await SendAsync(HttpMethod.Post, $"/v1/rooms/{room}/actions", body, token);
    }

    /// <summary>As the back end that the server trusts.</summary>
    public async Task<JsonElement> AsServiceAsync(HttpMethod method, string path, object body) =>
        await SendAsync(method, path, body, await ServiceTokenAsync());

    /// <summary>As somebody who is signed in; each call is an intention of its own.</summary>
    public async Task<JsonElement> AsUserAsync(RoomGuest guest, HttpMethod method, string path, object body) =>
        await SendAsync(method, path, body, await guest.TokenAsync());

    /// <summary>As nobody who is known.</summary>
    public Task<JsonElement> AsNobodyAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body, null);

    public void Dispose() => _http.Dispose();

    private async Task<string> ServiceTokenAsync()
    {
        var (clientId, clientSecret) = live.Service;
        var answer = await SendAsync(HttpMethod.Post, "/v1/tokens", new { clientId, clientSecret }, null);
        return answer.GetProperty("accessToken").GetString()!;
    }

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object body, string? token)
    {
        var key = $"{Guid.NewGuid()}";
        while (true)
        {
            using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
            if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            request.Headers.Add("Idempotency-Key", key);
            using var answer = await _http.SendAsync(request);
            if (answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) continue;
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
            return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
        }
    }
}
