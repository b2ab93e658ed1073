using System.Net.Http.Json;
using System.Text.Json;
using Engage.Api.Authorization;
using Engage.Api.Tests.Authorization;
using Engage.Storage.Books;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Api.Tests.Hostile;

/// <summary>People and things that a request with a hostile text in it needs to be otherwise good.</summary>
internal sealed class HostileWorld : IDisposable
{
    public const string Room = "r-hostile-fields";
    public const string OtherRoom = "r-hostile-settings";
    public const string Offer = "f-hostile";
    public const string Coupon = "HOSTILE-FREE";
    private const string Owner = "u-hostile-owner";
    private const string Buyer = "u-hostile-buyer";
    private readonly HostileServer _server;
    private readonly Dictionary<By, HttpClient> _people;
    private int _next;

    private HostileWorld(HostileServer server, HttpClient account, string userName)
    {
        (_server, UserName) = (server, userName);
        _people = new()
        {
            [By.Nobody] = server.Anonymous,
            [By.Service] = server.Service,
            [By.Account] = account,
            [By.Owner] = server.With(MintedTokens.For(server.Services, Owner, Who.User)),
            [By.Buyer] = server.With(MintedTokens.For(server.Services, Buyer, Who.User)),
        };
    }

    /// <summary>Of the one with an account.</summary>
    public string UserName { get; }

    public HttpClient this[By who] => _people[who];

    public int Next() => Interlocked.Increment(ref _next);

    public string NewId(string prefix) => $"{prefix}-hostile-{Next()}";

    public static async Task<HostileWorld> OpenAsync(HostileServer server)
    {
        var (userName, session) = await server.NewNamedSessionAsync(null);
        var world = new HostileWorld(server, server.With(session.Text("accessToken")), userName);
        using var member = await server.Service.PutAsJsonAsync(
            $"/v1/communities/g-ai/members/{Owner}", new { role = "owner" });
        using var owner = await server.Service.PutAsync(
            new Uri($"/v1/creators/k-lin/owners/{Owner}", UriKind.Relative), null);
        member.EnsureSuccessStatusCode();
        owner.EnsureSuccessStatusCode();
        foreach (var room in new[] { Room, OtherRoom })
        {
            await server.Service.CreateAsync("rooms", new
            {
                id = room, community = "g-ai", creator = "k-lin", title = new { en = room },
            });
            await world.SendAsync(By.Owner, $"/v1/rooms/{room}/actions", new { @do = "start" });
        }
        await server.Service.CreateAsync("offers", NewOffer(Offer));
        await server.Service.CreateAsync(
            "coupons", new { code = Coupon, creator = "k-lin", percent = 100, perUser = 1_000 });
        await world.FillWalletAsync();
        return world;
    }

    public static object NewOffer(string id) => new
    {
        id, kind = "oneOff", seller = new { creator = "k-lin" }, title = new { zh = "课", en = "Course" },
        grants = new[] { new { scope = "creator:k-lin" } }, price = new { minorUnits = 1, currency = "CNY" },
    };

    public async Task<JsonElement> SendAsync(By who, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");
        using var answer = await _people[who].SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <returns>The path of a quote that has come so far.</returns>
    public async Task<string> QuoteAsync(bool accepted)
    {
        var quote = await SendAsync(By.Buyer, "/v1/quotes", new { creator = "k-lin", text = "please" });
        var path = $"/v1/quotes/{quote.Text("id")}";
        await SendAsync(By.Owner, $"{path}/offer", Price("gladly"));
        if (accepted) await SendAsync(By.Buyer, $"{path}/accept", new { pay = new { method = "wallet" } });
        return path;
    }

    public static object Price(string text) => new
    {
        price = new { minorUnits = 1, currency = "CNY" }, text, due = "2090-01-01T00:00:00.000Z",
    };

    public Task<JsonElement> ActAsync(object action) => SendAsync(By.Owner, $"/v1/rooms/{Room}/actions", action);

    public async Task<long> SayAsync() =>
        (await ActAsync(new { @do = "say", id = Guid.NewGuid(), text = "said" })).GetProperty("seq").GetInt64();

    public async Task<long> AskAsync() =>
        (await ActAsync(new { @do = "ask", id = Guid.NewGuid(), text = "asked" })).GetProperty("seq").GetInt64();

    public void Dispose()
    {
        foreach (var who in new[] { By.Account, By.Owner, By.Buyer }) _people[who].Dispose();
    }

    /// <summary>As if the card provider had been paid.</summary>
    private async Task FillWalletAsync()
    {
        var outcome = await _server.Services.GetRequiredService<IBooks>().CommitAsync(
            new(
                "hostile:wallet", DateTimeOffset.UnixEpoch.AddYears(50), "topup",
                [new($"wallet:{Buyer}", "CNY", 100_000), new("provider:card", "CNY", -100_000)], []),
            CancellationToken.None);
        Assert.True(outcome.Result is BookResult.Written or BookResult.Repeated, outcome.Detail);
    }
}
