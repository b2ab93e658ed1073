using System.Net;
using System.Net.Http.Json;
using Engage.Api.Limits;

namespace Engage.Api.Tests.Authorization;

/// <summary>Behind a proxy that is believed, so that a test can come from anywhere.</summary>
public sealed class NarrowServer : RunningServer
{
    protected override string[] Settings =>
    [
        "--FORWARDEDHEADERS_ENABLED", "true",
        "--Limits:AccountsPerMinute", "3",
        "--Limits:GuestsPerMinute", "3",
        "--Limits:AddressRequestsPerSecond", "1",
        "--Limits:AddressRequestsBurst", "40",
    ];
}

public sealed class LimitTests(NarrowServer server) : IClassFixture<NarrowServer>
{
    private const int TriesMax = 60;

    [Theory]
    [InlineData("/v1/tokens", "192.0.2.1")]
    [InlineData("/v1/users", "192.0.2.2")]
    [InlineData("/v1/guests", "192.0.2.4")]
    public async Task SignInsOfOneAddressAreCounted(string path, string address)
    {
        var tries = new List<int>();
        for (var i = 0; i < 4; i++) tries.Add(await PostAsync(path, address));
        var elsewhere = await PostAsync(path, "192.0.2.99");

        Assert.Equal(429, tries[3]);
        Assert.DoesNotContain(429, tries[..3]);
        Assert.NotEqual(429, elsewhere);
    }

    [Fact]
    public async Task SignInsThatAreRefusedSayWhenToComeBack()
    {
        for (var i = 0; i < 3; i++) await PostAsync("/v1/tokens", "192.0.2.3");

        using var answer = await SendAsync(HttpMethod.Post, "/v1/tokens", "192.0.2.3");

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Contains("/busy", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/contents", "198.51.100.1")]
    [InlineData("/healthz", "198.51.100.2")]
    [InlineData("/nowhere", "198.51.100.3")]
    [InlineData("/hub", "198.51.100.4")]
    public async Task WhateverOneAddressAsksIsCounted(string path, string address)
    {
        var first = await FirstRefusedAsync(path, address);
        using var elsewhere = await SendAsync(HttpMethod.Get, "/healthz", "198.51.100.99");

        Assert.InRange(first, 40, TriesMax - 1);
        Assert.Equal(200, (int)elsewhere.StatusCode);
    }

    [Fact]
    public async Task NetworkOfOneCustomerIsOneAddress()
    {
        await FirstRefusedAsync("/healthz", "2001:db8:1:2::1");

        using var neighbour = await SendAsync(HttpMethod.Get, "/healthz", "2001:db8:1:2:ffff::7");
        using var other = await SendAsync(HttpMethod.Get, "/healthz", "2001:db8:1:3::1");

        Assert.Equal((429, 200), ((int)neighbour.StatusCode, (int)other.StatusCode));
    }

    [Theory]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "20010db800010002")]
    public void AddressIsCountedByWhatOneCustomerHas(string address, string network) =>
        Assert.Equal(network, RateLimits.NetworkOf(IPAddress.Parse(address)));

    private async Task<int> FirstRefusedAsync(string path, string address)
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            using var answer = await SendAsync(HttpMethod.Get, path, address);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests) return tries;
        }
        return TriesMax;
    }

    private async Task<int> PostAsync(string path, string address)
    {
        using var answer = await SendAsync(HttpMethod.Post, path, address);
        return (int)answer.StatusCode;
    }

    private static object BodyOf(string path) => path switch
    {
        "/v1/users" => new { userName = $"n-{Guid.NewGuid():n}"[..20], password = "correct horse", displayName = "N" },
        "/v1/tokens" => new { userName = "nobody", password = "correct horse" },
        _ => new { },
    };

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string address)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add("X-Forwarded-For", address);
        if (method == HttpMethod.Post) request.Content = JsonContent.Create(BodyOf(path));
        return await server.Anonymous.SendAsync(request);
    }
}

/// <summary>Users have buckets of their own, wherever they come from.</summary>
public sealed class UserLimitTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task OneUsersFloodIsHerOwn()
    {
        using var flood = await server.NewUserAsync();
        using var calm = await server.NewUserAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(async _ =>
        {
            using var answer = await flood.Http.GetAsync(new Uri("/v1/users/me", UriKind.Relative));
            return (int)answer.StatusCode;
        }));
        var (status, _) = await calm.Http.GetJsonAsync("/v1/users/me");

        Assert.Contains(429, answers);
        Assert.Equal(200, status);
    }
}
