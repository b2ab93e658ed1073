using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Engage.Api.Tests.Accounts;

public sealed class AccountsTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task RegisteredUserSignsInAndIsKnown()
    {
        using var user = await server.NewUserAsync();

        var (status, me) = await user.Http.GetJsonAsync("/v1/users/me");

        Assert.Equal(200, status);
        Assert.Equal(user.User, me.Text("user"));
        Assert.Equal("测试", me.Text("displayName"));
    }

    [Fact]
    public async Task NameIsTakenOnceHoweverManyAskAtOnce()
    {
        var request = new { userName = "contested", password = "correct horse battery", displayName = "One" };

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ =>
            server.Anonymous.PostJsonAsync("/v1/users", request)));

        Assert.Equal(1, answers.Count(answer => answer.Status == 201));
        Assert.Equal(5, answers.Count(answer => answer.Status == 409));
    }

    [Fact]
    public async Task WrongPasswordAndUnknownNameReadTheSame()
    {
        await server.Anonymous.PostJsonAsync(
            "/v1/users", new { userName = "known", password = "correct horse battery", displayName = "K" });

        var (wrong, wrongBody) = await server.Anonymous.PostJsonAsync(
            "/v1/tokens", new { userName = "known", password = "wrong password" });
        var (unknown, unknownBody) = await server.Anonymous.PostJsonAsync(
            "/v1/tokens", new { userName = "nobody", password = "wrong password" });

        Assert.Equal(401, wrong);
        Assert.Equal(401, unknown);
        Assert.Equal(wrongBody.Text("detail"), unknownBody.Text("detail"));
    }

    [Fact]
    public async Task BadRegistrationNamesEachField()
    {
        var (status, body) = await server.Anonymous.PostJsonAsync(
            "/v1/users", new { userName = "A", password = "short", displayName = " " });

        Assert.Equal(400, status);
        Assert.Equal(["displayName", "password", "userName"],
            body.GetProperty("errors").EnumerateObject().Select(field => field.Name).Order());
    }

    [Fact]
    public async Task ServiceNeedsItsSecret()
    {
        var (status, _) = await server.Anonymous.PostJsonAsync(
            "/v1/tokens", new { clientId = "tests", clientSecret = "guess" });

        Assert.Equal(401, status);
    }

    [Theory]
    [InlineData("/v1/recommendations")]
    [InlineData("/v1/contents")]
    [InlineData("/v1/activity/me")]
    [InlineData("/v1/users/me")]
    public async Task NothingIsAnsweredWithoutAToken(string path)
    {
        using var answer = await server.Anonymous.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.EndsWith("/unauthenticated", body.Text("type"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/activity/progress")]
    [InlineData("/v1/activity/users/u-1")]
    [InlineData("/v1/recommendations?user=u-1")]
    public async Task UserIsRefusedWhatIsForServices(string path)
    {
        using var user = await server.NewUserAsync();

        var (status, _) = await user.Http.GetJsonAsync(path);

        Assert.Equal(403, status);
    }

    [Fact]
    public async Task UserMayNotWriteTheCatalogue()
    {
        using var user = await server.NewUserAsync();

        var (status, body) = await user.Http.PostJsonAsync(
            "/v1/communities", new { id = "g-x", name = new { en = "X" } });

        Assert.Equal(403, status);
        Assert.EndsWith("/forbidden", body.Text("type"), StringComparison.Ordinal);
    }
}
