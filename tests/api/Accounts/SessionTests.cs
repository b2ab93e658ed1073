using System.Net.Http.Json;
using System.Text.Json;
using Engage.LoadGen.Realtime;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Tests.Accounts;

public sealed class SessionTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task RefreshTokenGivesTheNextOneAndItsRetryGivesTheSame()
    {
        var first = await server.NewSessionAsync();

        var (status, second) = await RefreshAsync(first.Text("refreshToken"));
        var (retried, again) = await RefreshAsync(first.Text("refreshToken"));

        Assert.Equal((200, 200), (status, retried));
        Assert.Equal(600, second.GetProperty("expiresIn").GetInt32());
        Assert.NotEqual(first.Text("refreshToken"), second.Text("refreshToken"));
        Assert.Equal(second.Text("refreshToken"), again.Text("refreshToken"));
        Assert.Equal(first.Text("session"), second.Text("session"));
    }

    [Fact]
    public async Task OldRefreshTokenRevokesItsSession()
    {
        var first = await server.NewSessionAsync();
        var (_, second) = await RefreshAsync(first.Text("refreshToken"));
        var (_, third) = await RefreshAsync(second.Text("refreshToken"));

        var (status, _) = await RefreshAsync(first.Text("refreshToken"));

        Assert.Equal(401, status);
        Assert.Equal(401, (await RefreshAsync(third.Text("refreshToken"))).Status);
        await RefusedAsync(third.Text("accessToken"));
    }

    [Fact]
    public async Task ForgedRefreshTokenRevokesNothing()
    {
        var session = await server.NewSessionAsync();
        var text = session.Text("refreshToken");

        var (status, _) = await RefreshAsync(text[..^6] + "AAAAAA");

        Assert.Equal(401, status);
        Assert.Equal(200, (await RefreshAsync(text)).Status);
    }

    [Fact]
    public async Task SessionsAreListedAndEndedOneByOne()
    {
        var (name, phone) = await server.NewNamedSessionAsync("phone");
        var laptop = await server.SignInAsync(name, "laptop");
        using var http = server.With(laptop.Text("accessToken"));

        var (_, listed) = await http.GetJsonAsync("/v1/sessions");
        using var ended = await http.DeleteAsync(new Uri($"/v1/sessions/{phone.Text("session")}", UriKind.Relative));
        using var unknown = await http.DeleteAsync(new Uri("/v1/sessions/s-none", UriKind.Relative));

        var items = listed.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(["laptop", "phone"], items.Select(item => item.Text("device")).Order());
        Assert.True(items.Single(item => item.Text("device") == "laptop").GetProperty("current").GetBoolean());
        Assert.Equal(204, (int)ended.StatusCode);
        Assert.Equal(404, (int)unknown.StatusCode);
        await RefusedAsync(phone.Text("accessToken"));
        Assert.Equal(200, (await http.GetJsonAsync("/v1/users/me")).Status);
    }

    [Fact]
    public async Task SigningOutEverywhereEndsAllOrAllOthers()
    {
        var (name, one) = await server.NewNamedSessionAsync("one");
        var two = await server.SignInAsync(name, "two");
        using var http = server.With(one.Text("accessToken"));

        using var others = await http.DeleteAsync(new Uri("/v1/sessions?keep=current", UriKind.Relative));
        await RefusedAsync(two.Text("accessToken"));
        Assert.Equal(200, (await http.GetJsonAsync("/v1/users/me")).Status);
        using var all = await http.DeleteAsync(new Uri("/v1/sessions", UriKind.Relative));

        Assert.Equal((204, 204), ((int)others.StatusCode, (int)all.StatusCode));
        await RefusedAsync(one.Text("accessToken"));
    }

    [Fact]
    public async Task RevokedSessionsConnectionIsToldAndClosed()
    {
        var (name, phone) = await server.NewNamedSessionAsync("phone");
        var laptop = await server.SignInAsync(name, "laptop");
        await using var hub = await HubClient.ConnectAsync(server.Address, phone.Text("accessToken"));
        await using var other = await HubClient.ConnectAsync(server.Address, laptop.Text("accessToken"));
        var told = hub.Listen("sessionRevoked");
        using var http = server.With(laptop.Text("accessToken"));

        using var ended = await http.DeleteAsync(new Uri($"/v1/sessions/{phone.Text("session")}", UriKind.Relative));
        var push = await told.ReadAsync();
        await hub.WhenClosed;

        Assert.Equal(phone.Text("session"), push.Text("session"));
        Assert.Equal("revoked", push.Text("reason"));
        await other.CallAsync("WatchInbox");
    }

    [Fact]
    public async Task RevocationOutlivesTheServer()
    {
        var session = await server.NewSessionAsync();
        using (var http = server.With(session.Text("accessToken")))
            using (await http.DeleteAsync(new Uri("/v1/sessions", UriKind.Relative))) { }

        await server.StopAsync();
        await server.StartAsync();

        await RefusedAsync(session.Text("accessToken"));
        Assert.Equal(401, (await RefreshAsync(session.Text("refreshToken"))).Status);
    }

    [Fact]
    public async Task ConnectionIsRenewedByATokenOfItsOwnSessionAlone()
    {
        var (name, phone) = await server.NewNamedSessionAsync("phone");
        var laptop = await server.SignInAsync(name, "laptop");
        var (_, next) = await RefreshAsync(phone.Text("refreshToken"));
        await using var hub = await HubClient.ConnectAsync(server.Address, phone.Text("accessToken"));

        await hub.CallAsync("Renew", next.Text("accessToken"));
        var other = await Assert.ThrowsAsync<HubException>(() => hub.CallAsync("Renew", laptop.Text("accessToken")));
        var forged = await Assert.ThrowsAsync<HubException>(
            () => hub.CallAsync("Renew", next.Text("accessToken") + "x"));

        Assert.Contains("forbidden", other.Message, StringComparison.Ordinal);
        Assert.Contains("unauthenticated", forged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CookieCarriesTheRefreshTokenAndIsTakenBack()
    {
        var (name, _) = await server.NewNamedSessionAsync("phone");
        using var browser = new HttpClient { BaseAddress = server.Address };

        using var signedIn = await browser.PostAsJsonAsync(
            "/v1/tokens", new { userName = name, password = RunningServer.Password, cookie = true });
        var set = signedIn.Headers.GetValues("Set-Cookie")
            .Single(cookie => cookie.StartsWith("engage-refresh", StringComparison.Ordinal));
        var body = await signedIn.Content.ReadFromJsonAsync<JsonElement>();
        // The handler keeps cookies, as a browser does.
        var (refreshed, _) = await browser.PostJsonAsync("/v1/tokens", new { cookie = true });
        using var out1 = await browser.PostAsJsonAsync("/v1/tokens/revoke", new { });
        var (after, _) = await browser.PostJsonAsync("/v1/tokens", new { cookie = true });

        Assert.False(body.TryGetProperty("refreshToken", out _));
        Assert.Contains("httponly", set, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", set, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/v1/tokens", set, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((200, 204, 401), (refreshed, (int)out1.StatusCode, after));
        await RefusedAsync(body.Text("accessToken"));
    }

    [Fact]
    public async Task GuestHasATokenAndNoRightToAct()
    {
        var (status, guest) = await server.Anonymous.PostJsonAsync("/v1/guests", new { });
        using var http = server.With(guest.Text("accessToken"));

        var (acted, _) = await http.PostJsonAsync("/v1/events", new[] { HttpCalls.Event("viewed", "c-1") });
        var (mine, _) = await http.GetJsonAsync("/v1/users/me");
        var (refreshed, next) = await RefreshAsync(guest.Text("refreshToken"));

        Assert.Equal(200, status);
        Assert.StartsWith("u-guest-", guest.Text("user"), StringComparison.Ordinal);
        Assert.Equal((403, 403), (acted, mine));
        Assert.Equal(200, refreshed);
        Assert.Equal(guest.Text("user"), next.Text("user"));
    }

    [Fact]
    public async Task KeysArePublic()
    {
        var (status, body) = await server.Anonymous.GetJsonAsync("/.well-known/jwks.json");

        var key = body.GetProperty("keys")[0];
        Assert.Equal(200, status);
        Assert.Equal(("EC", "P-256", "ES256"), (key.Text("kty"), key.Text("crv"), key.Text("alg")));
        Assert.False(key.TryGetProperty("d", out _));
    }

    private Task<(int Status, JsonElement Body)> RefreshAsync(string refreshToken) =>
        server.Anonymous.PostJsonAsync("/v1/tokens", new { refreshToken });

    private async Task RefusedAsync(string accessToken)
    {
        using var http = server.With(accessToken);
        Assert.Equal(401, (await http.GetJsonAsync("/v1/users/me")).Status);
    }
}
