using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Engage.Api.Tests.Accounts;

public sealed partial class MailTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task VerifiedAddressSignsInAndGetsANewPassword()
    {
        var (name, mail, user) = await RegisterAsync("one");
        using var http = server.With((await server.SignInAsync(name, null)).Text("accessToken"));

        var before = await SignInAsync(mail, RunningServer.Password);
        var (_, pending) = await http.GetJsonAsync("/v1/users/me");
        var letter = await LetterAsync(user, 0);
        using var wrong = await http.PostAsJsonAsync("/v1/users/me/mail/verify", new { code = "wrong" });
        using var right = await http.PostAsJsonAsync(
            "/v1/users/me/mail/verify", new { code = Code().Match(letter).Value });
        var after = await SignInAsync(mail.ToUpperInvariant(), RunningServer.Password);
        var (_, verified) = await http.GetJsonAsync("/v1/users/me");

        Assert.Equal(401, before.Status);
        Assert.Equal(mail, pending.Text("pendingMail"));
        Assert.Equal((422, 204), ((int)wrong.StatusCode, (int)right.StatusCode));
        Assert.Equal(200, after.Status);
        Assert.Equal(mail, verified.Text("mail"));

        using var asked = await server.Anonymous.PostAsJsonAsync("/v1/password-resets", new { mail });
        var token = Token().Match(await LetterAsync(user, 1)).Groups[1].Value;
        var redeem = new { token, password = "another horse battery" };
        using var redeemed = await server.Anonymous.PostAsJsonAsync("/v1/password-resets/redeem", redeem);
        using var again = await server.Anonymous.PostAsJsonAsync("/v1/password-resets/redeem", redeem);

        Assert.Equal((202, 204, 422), ((int)asked.StatusCode, (int)redeemed.StatusCode, (int)again.StatusCode));
        Assert.Equal(401, (await http.GetJsonAsync("/v1/users/me")).Status);
        Assert.Equal(401, (await SignInAsync(name, RunningServer.Password)).Status);
        Assert.Equal(200, (await SignInAsync(name, redeem.password)).Status);
    }

    [Fact]
    public async Task LinkVerifiesWithoutASignIn()
    {
        var (_, mail, user) = await RegisterAsync("two");
        var token = Token().Match(await LetterAsync(user, 0)).Groups[1].Value;

        using var forged = await server.Anonymous.PostAsJsonAsync(
            "/v1/mail-verifications", new { token = $"{user}.{new string('A', 43)}" });
        using var followed = await server.Anonymous.PostAsJsonAsync("/v1/mail-verifications", new { token });

        Assert.Equal((422, 204), ((int)forged.StatusCode, (int)followed.StatusCode));
        Assert.Equal(200, (await SignInAsync(mail, RunningServer.Password)).Status);
    }

    [Fact]
    public async Task NewPasswordVoidsAChangeOfTheAddressThatIsUnderWay()
    {
        var (name, mail, user) = await RegisterAsync("four");
        var first = Token().Match(await LetterAsync(user, 0)).Groups[1].Value;
        using var verified = await server.Anonymous.PostAsJsonAsync("/v1/mail-verifications", new { token = first });
        using var http = server.With((await server.SignInAsync(name, null)).Text("accessToken"));
        using var asked = await http.PutAsJsonAsync(
            "/v1/users/me/mail", new { mail = "thief@example.org", password = RunningServer.Password });
        var token = Token().Match(await LetterAsync(user, 1)).Groups[1].Value;

        using var changed = await http.PutAsJsonAsync(
            "/v1/users/me/password", new { current = RunningServer.Password, password = "another horse battery" });
        using var followed = await server.Anonymous.PostAsJsonAsync("/v1/mail-verifications", new { token });
        var (_, me) = await http.GetJsonAsync("/v1/users/me");

        Assert.Equal((202, 204, 422), ((int)asked.StatusCode, (int)changed.StatusCode, (int)followed.StatusCode));
        Assert.Equal(mail, me.Text("mail"));
    }

    [Fact]
    public async Task AddressOfBeforeIsToldThatItIsNoMore()
    {
        var (name, _, user) = await RegisterAsync("five");
        var first = Token().Match(await LetterAsync(user, 0)).Groups[1].Value;
        using var verified = await server.Anonymous.PostAsJsonAsync("/v1/mail-verifications", new { token = first });
        using var http = server.With((await server.SignInAsync(name, null)).Text("accessToken"));
        using var asked = await http.PutAsJsonAsync(
            "/v1/users/me/mail", new { mail = "five-new@example.org", password = RunningServer.Password });
        var token = Token().Match(await LetterAsync(user, 1)).Groups[1].Value;

        using var followed = await server.Anonymous.PostAsJsonAsync("/v1/mail-verifications", new { token });
        var told = await LetterAsync(user, 2);

        Assert.Equal(204, (int)followed.StatusCode);
        Assert.Contains("另一个邮箱", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RegistrationWithAKnownAddressReadsLikeAnyOtherAndItsOwnerIsTold()
    {
        var (_, mail, owner) = await RegisterAsync("three");
        var token = Token().Match(await LetterAsync(owner, 0)).Groups[1].Value;
        using var followed = await server.Anonymous.PostAsJsonAsync("/v1/mail-verifications", new { token });

        var (status, body) = await server.Anonymous.PostJsonAsync(
            "/v1/users",
            new { userName = "other-3", password = RunningServer.Password, displayName = "O", mail, language = "en" });
        var letter = await LetterAsync(owner, 1);

        Assert.Equal(201, status);
        Assert.Equal(3, body.EnumerateObject().Count());
        Assert.Contains("wanted to use this address", letter, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(server.Folder, "outbox", body.Text("user"))));
    }

    [Fact]
    public async Task ResetForAnUnknownAddressReadsTheSame()
    {
        using var answer = await server.Anonymous.PostAsJsonAsync(
            "/v1/password-resets", new { mail = "nobody@example.org" });

        Assert.Equal(202, (int)answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("a@b")]
    [InlineData("a b@example.org")]
    [InlineData("a@example.org\r\nBcc: x@example.org")]
    [InlineData("<a@example.org>")]
    [InlineData("a@b@example.org")]
    [InlineData(".a@example.org")]
    public async Task AddressThatIsNoneIsRefused(string mail)
    {
        var (status, body) = await server.Anonymous.PostJsonAsync(
            "/v1/users", new { userName = "bad-mail", password = RunningServer.Password, displayName = "B", mail });

        Assert.Equal(400, status);
        Assert.True(body.GetProperty("errors").TryGetProperty("mail", out _));
    }

    private async Task<(string Name, string Mail, string User)> RegisterAsync(string name)
    {
        var mail = $"{name}@example.org";
        var (_, body) = await server.Anonymous.PostJsonAsync(
            "/v1/users",
            new { userName = $"mail-{name}", password = RunningServer.Password, displayName = name, mail });
        return ($"mail-{name}", mail, body.Text("user"));
    }

    private Task<(int Status, JsonElement Body)> SignInAsync(string userName, string password) =>
        server.Anonymous.PostJsonAsync("/v1/tokens", new { userName, password });

    private Task<string> LetterAsync(string user, int number) => Letters.ReadAsync(server, user, number);

    [GeneratedRegex(@"\b\d{6}\b")]
    private static partial Regex Code();

    [GeneratedRegex(@"token=(\S+)")]
    private static partial Regex Token();
}
