using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Api.Tests;

/// <summary>The real server on a free port and a temporary folder: real sockets, real SQLite.</summary>
public class RunningServer : IAsyncLifetime, IDisposable
{
    /// <summary>Of everybody who registers here.</summary>
    public const string Password = "correct horse battery";
    private const string ServiceSecret = "a-secret-for-tests-of-at-least-32-characters";
    private readonly string _folder = Directory.CreateTempSubdirectory("engage-api-").FullName;
    private WebApplication? _app;

    /// <summary>Arguments of the server that win over those of all tests.</summary>
    protected virtual string[] Settings => [];

    /// <summary>Registers what takes the place of the server's parts.</summary>
    protected virtual void Replace(IServiceCollection services)
    {
    }

    private int _users;

    internal IServiceProvider Services => _app!.Services;

    /// <summary>Where the server keeps what it stores.</summary>
    public string Folder => _folder;

    public Uri Address { get; private set; } = null!;

    public HttpClient Anonymous { get; private set; } = null!;

    /// <summary>A trusted back end.</summary>
    public HttpClient Service { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await StartAsync();
        await Service.CreateAsync("communities", new { id = "g-ai", name = new { zh = "人工智能", en = "AI" } });
        await Service.CreateAsync(
            "creators", new { id = "k-lin", name = new { zh = "林老师" }, communities = new[] { "g-ai" } });
        await Service.CreateAsync("creators", new { id = "k-ada", name = new { en = "Ada" } });
        for (var i = 1; i <= 20; i++)
            await Service.CreateAsync("contents", NewContent($"c-{i}", i % 2 == 0 ? "k-lin" : "k-ada"));
    }

    public static object NewContent(string id, string creator) => new
    {
        id,
        contentKind = "course",
        creator,
        community = "g-ai",
        title = new { zh = $"课程 {id}", en = $"Course {id}" },
        tags = new[] { "transformer" },
        publishedAt = "2026-01-01T00:00:00.000Z",
    };

    public async Task StartAsync()
    {
        _app = EngageServer.Build(
        [
            "--urls", "http://127.0.0.1:0",
            "--Storage:Path", _folder,
            "--Cluster:SiloPort", $"{FreePort()}",
            "--Cluster:GatewayPort", $"{FreePort()}",
            "--Auth:ServiceClientId", "tests",
            "--Auth:ServiceClientSecret", ServiceSecret,
            "--Accounts:PasswordIterations", "1000",
            "--Accounts:FailuresPerAddress", "1000",
            "--Limits:AccountsPerMinute", "10000",
            "--Limits:RequestsPerSecond", "50",
            "--Limits:RequestsBurst", "200",
            "--Logging:LogLevel:Default", "Warning",
            .. Settings,
        ], Replace);
        try
        {
            await _app.StartAsync();
        }
        catch
        {
            // Orleans refuses to stop a silo that did not start; why it did not is what is to be told.
            await _app.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _app.DisposeAsync();
            throw;
        }
        var server = _app.Services.GetRequiredService<IServer>();
        Address = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Anonymous = new HttpClient { BaseAddress = Address };
        Service = await SignInAsync(new { clientId = "tests", clientSecret = ServiceSecret });
    }

    public async Task StopAsync()
    {
        Anonymous.Dispose();
        Service.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
    }

    public async Task DisposeAsync() => await StopAsync();

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    public async Task<SignedInUser> NewUserAsync()
    {
        var (_, body) = await NewNamedSessionAsync(null);
        var text = body.Text("accessToken");
        return new(body.Text("user"), text, With(text));
    }

    /// <returns>What a sign-in answers.</returns>
    public async Task<JsonElement> NewSessionAsync() => (await NewNamedSessionAsync(null)).Session;

    /// <summary>Registers somebody and signs her in.</summary>
    public async Task<(string UserName, JsonElement Session)> NewNamedSessionAsync(string? device)
    {
        var userName = $"user-{Interlocked.Increment(ref _users)}-{Guid.NewGuid():n}"[..20];
        using var registered = await Anonymous.PostAsJsonAsync(
            "/v1/users", new
            {
                userName, password = Password, displayName = "测试",
                consent = new { personalization = true, analytics = true, marketing = false },
            });
        registered.EnsureSuccessStatusCode();
        return (userName, await SignInAsync(userName, device));
    }

    public async Task<JsonElement> SignInAsync(string userName, string? device)
    {
        using var token = await Anonymous.PostAsJsonAsync(
            "/v1/tokens", new { userName, password = Password, device });
        token.EnsureSuccessStatusCode();
        return await token.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<HttpClient> SignInAsync(object credentials)
    {
        using var answer = await Anonymous.PostAsJsonAsync("/v1/tokens", credentials);
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return With(body.Text("accessToken"));
    }

    /// <summary>Sends the token with each request.</summary>
    public HttpClient With(string token) => new()
    {
        BaseAddress = Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };
}

/// <param name="Http">Sends her token.</param>
public sealed record SignedInUser(string User, string Token, HttpClient Http) : IDisposable
{
    public void Dispose() => Http.Dispose();
}

internal static class HttpCalls
{
    public static async Task CreateAsync(this HttpClient http, string path, object definition)
    {
        using var answer = await http.PostAsJsonAsync($"/v1/{path}", definition);
        Assert.True(
            answer.IsSuccessStatusCode,
            $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    public static async Task<(int Status, JsonElement Body)> PostJsonAsync(
        this HttpClient http, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(path, body);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    public static async Task<(int Status, JsonElement Body)> GetJsonAsync(this HttpClient http, string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    public static string Text(this JsonElement json, string property) => json.GetProperty(property).GetString()!;

    public static object Event(string kind, string content, Guid? id = null, double? value = null) =>
        new { eventId = id ?? Guid.NewGuid(), kind, content, value };
}
