using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;

namespace Engage.Api.Tests.Authorization;

/// <summary>Lets one origin besides its own.</summary>
public sealed class FriendlyServer : RunningServer
{
    public const string Friend = "https://learn.example";

    protected override string[] Settings => ["--Auth:AllowedOrigins:0", Friend];
}

/// <summary>Pages of other sites change nothing, open no hub and read nothing.</summary>
public sealed class OriginTests(FriendlyServer server) : IClassFixture<FriendlyServer>
{
    /// <summary>What a page of another site sends, the server's address put in for {0} and its port for {1}.</summary>
    public static TheoryData<string> Strangers =>
    [
        "https://evil.example", "null", "http://{0}.evil.example", "http://evil.example:{1}",
        "https://{0}", "http://{0}@evil.example", "http://{0}/", "HTTP://{0}", "http://{0} https://evil.example", "file://",
        "https://learn.example.evil.example", "https://learn.example:8443", "http://learn.example", "*",
    ];

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task StrangerOpensNoHub(string stranger)
    {
        using var user = await server.NewUserAsync();

        var refused = await Assert.ThrowsAsync<WebSocketException>(() => OpenHubAsync(user, Origin(stranger)));

        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task StrangerChangesNothing(string stranger)
    {
        using var user = await server.NewUserAsync();

        using var negotiated = await SendAsync(user.Http, HttpMethod.Post, "/hub/negotiate", Origin(stranger));
        using var registered = await SendAsync(server.Anonymous, HttpMethod.Post, "/v1/users", Origin(stranger));
        using var acted = await SendAsync(user.Http, HttpMethod.Post, "/v1/events", Origin(stranger));

        Assert.Equal(
            (403, 403, 403), ((int)negotiated.StatusCode, (int)registered.StatusCode, (int)acted.StatusCode));
    }

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task StrangerIsNotToldThatItMayRead(string stranger)
    {
        using var user = await server.NewUserAsync();

        using var answer = await SendAsync(user.Http, HttpMethod.Get, "/v1/inbox", Origin(stranger));
        using var preflight = await PreflightAsync(Origin(stranger));

        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("http://{0}")]
    [InlineData(FriendlyServer.Friend)]
    public async Task OwnPagesThoseAllowedAndNoPagesMay(string? origin)
    {
        using var user = await server.NewUserAsync();

        await OpenHubAsync(user, Origin(origin));
        using var acted = await SendAsync(user.Http, HttpMethod.Post, "/v1/events", Origin(origin));

        Assert.Equal(400, (int)acted.StatusCode);
    }

    [Fact]
    public async Task AllowedOriginReadsButSendsNoCookies()
    {
        using var user = await server.NewUserAsync();

        using var answer = await SendAsync(user.Http, HttpMethod.Get, "/v1/inbox", FriendlyServer.Friend);
        using var preflight = await PreflightAsync(FriendlyServer.Friend);

        Assert.Equal([FriendlyServer.Friend], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
        Assert.Equal((204, FriendlyServer.Friend), (
            (int)preflight.StatusCode, preflight.Headers.GetValues("Access-Control-Allow-Origin").Single()));
    }

    private string? Origin(string? pattern) => pattern?
        .Replace("{0}", server.Address.Authority, StringComparison.Ordinal)
        .Replace("{1}", $"{server.Address.Port}", StringComparison.Ordinal);

    private async Task OpenHubAsync(SignedInUser user, string? origin)
    {
        using var socket = new ClientWebSocket();
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        var address = new UriBuilder(server.Address)
        {
            Scheme = "ws", Path = "/hub", Query = $"access_token={user.Token}",
        };
        await socket.ConnectAsync(address.Uri, CancellationToken.None);
    }

    private Task<HttpResponseMessage> PreflightAsync(string? origin) => SendAsync(
        server.Anonymous, HttpMethod.Options, "/v1/inbox", origin,
        headers =>
        {
            headers.Add("Access-Control-Request-Method", "GET");
            headers.Add("Access-Control-Request-Headers", "authorization");
        });

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient http, HttpMethod method, string path, string? origin, Action<HttpRequestHeaders>? add = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (origin is not null) request.Headers.TryAddWithoutValidation("Origin", origin);
        add?.Invoke(request.Headers);
        if (method == HttpMethod.Post) request.Content = JsonContent.Create(Array.Empty<object>());
        return await http.SendAsync(request);
    }
}

/// <summary>As it is by default, no other page reads anything.</summary>
public sealed class ClosedCorsTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task NobodyIsToldThatOthersMayRead()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, new Uri("/v1/tokens", UriKind.Relative));
        request.Headers.Add("Origin", FriendlyServer.Friend);
        request.Headers.Add("Access-Control-Request-Method", "POST");

        using var preflight = await server.Anonymous.SendAsync(request);

        Assert.DoesNotContain(
            preflight.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("null")]
    [InlineData("https://learn.example/")]
    [InlineData("learn.example")]
    public async Task WhatIsNoOriginIsNotAllowed(string origin)
    {
        using var careless = new CarelessServer(origin);

        var refused = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            careless.StartAsync);

        Assert.Contains("Auth:AllowedOrigins", refused.Message, StringComparison.Ordinal);
    }

    private sealed class CarelessServer(string origin) : RunningServer
    {
        protected override string[] Settings => ["--Auth:AllowedOrigins:0", origin];
    }
}
