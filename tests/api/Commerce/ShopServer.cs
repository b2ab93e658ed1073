using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Engage.Sandbox;
using Microsoft.AspNetCore.Builder;

namespace Engage.Api.Tests.Commerce;

/// <summary>The real server beside the real sandbox of a card provider, with something for sale.</summary>
public sealed class ShopServer : RunningServer, IAsyncLifetime
{
    private const string Key = "the key that the provider knows us by";
    private const string Secret = "a webhook secret of at least 32 characters";
    private readonly string _folder = Directory.CreateTempSubdirectory("engage-sandbox-").FullName;
    private WebApplication? _provider;
    private int _keys;

    protected override string[] Settings =>
    [
        "--Commerce:Card:Url", _provider!.Urls.Single(),
        "--Commerce:Card:Key", Key,
        "--Commerce:Card:WebhookSecret", Secret,
        "--Commerce:Card:Timeout", "00:00:01",
    ];

    async Task IAsyncLifetime.InitializeAsync()
    {
        _provider = SandboxServer.Build(
        [
            "--urls", "http://127.0.0.1:0", "--Sandbox:Path", _folder, "--Sandbox:Key", Key,
            "--Sandbox:HangFor", "00:00:03", "--Logging:LogLevel:Default", "Warning",
        ]);
        await _provider.StartAsync();
        await InitializeAsync();
        foreach (var id in (string[])["c-paid", "c-more"])
            await Service.CreateAsync("contents", new
            {
                id,
                contentKind = "course",
                creator = "k-lin",
                community = "g-ai",
                title = new { zh = "付费 <课>", en = "Paid <course>" },
                price = new { minorUnits = 10_000, currency = "CNY" },
            });
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _provider!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public string NewKey() => $"key-{Interlocked.Increment(ref _keys)}";

    public static object Body(string offer = "content:c-paid", string method = "card", string? token = "tok_ok") =>
        new { offer, pay = new { method, token } };

    public static async Task<(int Status, JsonElement Body, bool Replayed)> PostAsync(
        HttpClient http, string path, object body, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var answer = await http.SendAsync(request);
        return (
            (int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(),
            answer.Headers.Contains("Idempotency-Replayed"));
    }

    public Task<(int Status, JsonElement Body, bool Replayed)> OrderAsync(SignedInUser user, object? body = null) =>
        PostAsync(user.Http, "/v1/orders", body ?? Body(), NewKey());

    public async Task<int> WebhookAsync(string body, DateTimeOffset at, string secret = Secret)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/payments/webhooks/card")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Engage-Signature", $"t={time},v1={Convert.ToHexStringLower(signature)}");
        using var answer = await Anonymous.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
