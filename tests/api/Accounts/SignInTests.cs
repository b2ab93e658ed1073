using System.Text.Json;

namespace Engage.Api.Tests.Accounts;

/// <summary>What guessing meets.</summary>
public sealed class SignInTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GuessingIsSlowedDownAlikeForNamesThatExistAndOthers(bool exists)
    {
        var name = exists ? (await server.NewNamedSessionAsync(null)).UserName : $"nobody-{Guid.NewGuid():n}"[..20];

        var answers = new List<(int Status, JsonElement Body)>();
        while (answers.Count < 30 && (answers.Count == 0 || answers[^1].Status != 429))
            answers.Add(await SignInAsync(name, "wrong horse battery"));

        Assert.All(answers.Take(5), answer => Assert.Equal(401, answer.Status));
        Assert.Equal(429, answers[^1].Status);
        Assert.InRange(answers[^1].Body.GetProperty("retryAfter").GetInt32(), 1, 900);
    }

    [Fact]
    public async Task ManyGuessesAtOnceAreNoFaster()
    {
        var (name, _) = await server.NewNamedSessionAsync(null);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => SignInAsync(name, "wrong horse battery")));

        Assert.InRange(answers.Count(answer => answer.Status == 401), 1, 7);
        Assert.Contains(answers, answer => answer.Status == 429);
    }

    [Fact]
    public async Task GuessingLocksNobodyOutOfABrowserThatIsKnown()
    {
        var (name, _) = await server.NewNamedSessionAsync(null);
        var (other, _) = await server.NewNamedSessionAsync(null);
        using var hers = await BrowserOfAsync(name);
        using var strangers = await BrowserOfAsync(other);
        while ((await SignInAsync(name, "wrong horse battery")).Status != 429)
        {
        }

        var body = new { userName = name, password = RunningServer.Password };
        var (known, _) = await hers.PostJsonAsync("/v1/tokens", body);
        var (unknown, _) = await strangers.PostJsonAsync("/v1/tokens", body);
        var tries = new List<int>();
        while (tries.Count < 30 && !tries.Contains(429))
        {
            var (status, _) = await hers.PostJsonAsync(
                "/v1/tokens", new { userName = name, password = "wrong horse" });
            tries.Add(status);
        }

        Assert.Equal((200, 429), (known, unknown));
        Assert.All(tries.Take(5), status => Assert.Equal(401, status));
        Assert.Equal(429, tries[^1]);
    }

    [Fact]
    public async Task ForgedMarkOfABrowserIsNone()
    {
        var (name, session) = await server.NewNamedSessionAsync(null);
        using var browser = new HttpClient { BaseAddress = server.Address };
        browser.DefaultRequestHeaders.Add(
            "Cookie", $"engage-device=kd1.{session.Text("user")}.{new string('0', 32)}.{new string('A', 43)}");
        while ((await SignInAsync(name, "wrong horse battery")).Status != 429)
        {
        }

        var (status, _) = await browser.PostJsonAsync(
            "/v1/tokens", new { userName = name, password = RunningServer.Password });

        Assert.Equal(429, status);
    }

    /// <summary>It keeps cookies, as browsers do.</summary>
    private async Task<HttpClient> BrowserOfAsync(string userName)
    {
        var browser = new HttpClient { BaseAddress = server.Address };
        var (status, _) = await browser.PostJsonAsync(
            "/v1/tokens", new { userName, password = RunningServer.Password, cookie = true });
        Assert.Equal(200, status);
        return browser;
    }

    [Fact]
    public async Task AuthenticatorIsSetUpAskedForAndProves()
    {
        var (name, session) = await server.NewNamedSessionAsync(null);
        using var http = server.With(session.Text("accessToken"));

        var (early, _) = await http.PostJsonAsync("/v1/tokens/step-up", new { totp = "000000" });
        var (_, begun) = await http.PostJsonAsync("/v1/totp", new { password = RunningServer.Password });
        var secret = begun.Text("secret");
        var (wrong, _) = await http.PostJsonAsync("/v1/totp/confirm", new { totp = "000000" });
        var code = Authenticators.Code(secret);
        var (_, codes) = await http.PostJsonAsync("/v1/totp/confirm", new { totp = code });
        var (replayed, _) = await http.PostJsonAsync("/v1/tokens/step-up", new { totp = code });
        var recovery = codes.GetProperty("recoveryCodes")[0].GetString();
        var (asked, problem) = await SignInAsync(name, RunningServer.Password);
        var (proven, token) = await http.PostJsonAsync("/v1/tokens/step-up", new { recoveryCode = recovery });
        var (spent, _) = await http.PostJsonAsync("/v1/tokens/step-up", new { recoveryCode = recovery });

        Assert.Equal(409, early);
        Assert.StartsWith("otpauth://totp/Engage:", begun.Text("uri"), StringComparison.Ordinal);
        Assert.Equal(422, wrong);
        Assert.Equal(401, asked);
        Assert.EndsWith("/totp-required", problem.Text("type"), StringComparison.Ordinal);
        Assert.Equal((422, 200, 422), (replayed, proven, spent));
        var claims = Claims(token.Text("accessToken"));
        Assert.Equal(["pwd", "otp"], claims.GetProperty("amr").EnumerateArray().Select(method => method.GetString()));
        Assert.True(claims.GetProperty("otp_time").GetInt64() > 0);
    }

    private static JsonElement Claims(string token) => JsonSerializer.Deserialize<JsonElement>(
        System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]));

    private Task<(int Status, JsonElement Body)> SignInAsync(string userName, string password) =>
        server.Anonymous.PostJsonAsync("/v1/tokens", new { userName, password });
}
