using System.Net;
using System.Net.Sockets;
using System.Text;
using Engage.Api.Authorization;

namespace Engage.Api.Tests.Authorization;

/// <summary>However a path or an id is written, it opens nothing that it would not open when written plainly.</summary>
public sealed class IdTamperingTests(WalkWorld world) : IClassFixture<WalkWorld>
{
    /// <summary>Ways to write the path of something that is not hers, as it goes over the wire.</summary>
    public static TheoryData<string> Paths =>
    [
        "/v1/activity/users/u-somebody",
        "/V1/Activity/USERS/u-somebody",
        "/v1/activity/users/u-somebody/",
        "//v1/activity/users/u-somebody",
        "/v1//activity/users/u-somebody",
        "/v1/users/me/../../activity/users/u-somebody",
        "/v1/users/me/%2e%2e/%2e%2e/activity/users/u-somebody",
        "/v1/users/me/%252e%252e/%252e%252e/activity/users/u-somebody",
        "/v1/activity/me/..%2fusers%2fu-somebody",
        "/v1/activity/users;x=y/u-somebody",
        "/v1/activity/users/u-somebody%00",
        "/v1/activity/users/u-somebody?user=u-walker",
        "/v1/activity/progress",
        "/v1/activity/progress#/v1/activity/me",
        "/v1/model%20",
        "/v1/communities/g-other/members",
        "/v1/communities/g-other/members/",
        "/v1/communities/g-own%2f..%2fg-other/members",
        "/v1/communities/g-own/../g-other/members",
        "/v1/communities/g-other/members?id=g-own",
        "/v1/communities/g-other/members/u-somebody",
        "/v1/communities/g-other/members/u-somebody?user=u-walker",
        "/v1/creators/k-other/dashboard",
        "/v1/creators/K-own/dashboard",
        "/v1/creators/k-own%00/dashboard",
        "/v1/creators/k%E2%80%8B-own/dashboard",
        "/v1/creators/k-own'%20or%20'1'='1/dashboard",
        "/v1/creators/%2f/dashboard",
        "/v1/rooms/r-other/audit",
        "/v1/rooms/r-other/audit?id=r-own",
        "/v1/recommendations?user=u-somebody",
        "/v1/recommendations?user=u-walker&user=u-somebody",
        "/v1/recommendations?USER=u-somebody",
        "/v1/recommendations?user=",
        "/v1/recommendations?user=u-walker%00",
        "/v1/outlook?user=u-somebody",
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task PathToWhatIsNotHersIsRefused(string path)
    {
        var status = await SendAsync($"GET {path} HTTP/1.1", "");

        Assert.True(status is 400 or 403 or 404, $"{path}: {status}");
    }

    [Theory]
    [InlineData("X-HTTP-Method-Override: PUT")]
    [InlineData("X-Original-URL: /v1/activity/me")]
    [InlineData("X-Rewrite-URL: /v1/activity/me")]
    [InlineData("X-Forwarded-For: 127.0.0.1")]
    [InlineData("X-User: u-somebody")]
    [InlineData("X-Role: operator")]
    public async Task HeadersDoNotMakeSomebodyElse(string header)
    {
        var status = await SendAsync("GET /v1/activity/users/u-somebody HTTP/1.1", header + "\r\n");

        Assert.Equal(403, status);
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("get")]
    [InlineData("PROPFIND")]
    public async Task OtherMethodsOpenNothing(string method)
    {
        var status = await SendAsync($"{method} /v1/activity/users/u-somebody HTTP/1.1", "");

        Assert.True(status is 400 or 403 or 404 or 405, $"{method}: {status}");
    }

    [Fact]
    public async Task IdLongerThanAnyIsNotFound()
    {
        var status = await SendAsync($"GET /v1/creators/{new string('k', 6_000)}/dashboard HTTP/1.1", "");

        Assert.Equal(404, status);
    }

    /// <summary>Over a bare socket: clients tidy paths up before they send them.</summary>
    private async Task<int> SendAsync(string line, string headers)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, world.Address.Port);
        var token = MintedTokens.For(world.Services, WalkWorld.Walker, Who.User);
        var request = $"{line}\r\nHost: {world.Address.Authority}\r\nConnection: close\r\n"
            + $"Authorization: Bearer {token}\r\n{headers}\r\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));

        using var reader = new StreamReader(socket.GetStream(), Encoding.ASCII);
        var status = await reader.ReadLineAsync() ?? throw new IOException("No answer.");
        return int.Parse(status.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
