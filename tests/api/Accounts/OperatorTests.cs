using System.Text.Json;

namespace Engage.Api.Tests.Accounts;

public sealed class OperatorTests(OperatorTests.Server server) : IClassFixture<OperatorTests.Server>
{
    [Fact]
    public async Task FirstOperatorIsHandedOverOnceAndCountsWithAnAuthenticator()
    {
        var password = await File.ReadAllTextAsync(server.Handover);
        var mode = OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(server.Handover);
        File.Delete(server.Handover);

        var (_, without) = await SignInAsync(new { userName = "operator", password });
        using var user = server.With(without.Text("accessToken"));
        var (refused, _) = await user.GetJsonAsync("/v1/operators");
        var (_, totp) = await user.PostJsonAsync("/v1/totp", new { password });
        var (confirmed, _) = await user.PostJsonAsync(
            "/v1/totp/confirm", new { totp = Authenticators.Code(totp.Text("secret")) });
        var (_, with) = await server.Anonymous.PostJsonAsync(
            "/v1/tokens", new { refreshToken = without.Text("refreshToken") });
        using var @operator = server.With(with.Text("accessToken"));
        var (listed, operators) = await @operator.GetJsonAsync("/v1/operators");
        await server.StopAsync();
        await server.StartAsync();
        var (codeless, _) = await SignInAsync(new { userName = "operator", password });
        var (again, _) = await SignInAsync(
            new { userName = "operator", password, totp = Authenticators.Code(totp.Text("secret"), stepsAhead: 1) });

        Assert.True(mode is UnixFileMode.None or (UnixFileMode.UserRead | UnixFileMode.UserWrite), $"{mode}");
        Assert.True(password.Length >= 24);
        Assert.True(without.GetProperty("totpRequired").GetBoolean());
        Assert.Equal(["user"], Roles(without));
        Assert.Equal(403, refused);
        Assert.Equal(200, confirmed);
        Assert.Equal(["user", "operator"], Roles(with));
        Assert.Equal(200, listed);
        Assert.Equal(without.Text("user"), operators.GetProperty("items")[0].Text("user"));
        Assert.False(File.Exists(server.Handover));
        Assert.Equal((401, 200), (codeless, again));
    }

    [Theory]
    [InlineData("operator")]
    [InlineData("admin")]
    public async Task NobodyRegistersWithANameOfThePlatform(string userName)
    {
        var (status, _) = await server.Anonymous.PostJsonAsync(
            "/v1/users", new { userName, password = RunningServer.Password, displayName = "O" });

        Assert.Equal(409, status);
    }

    private Task<(int Status, JsonElement Body)> SignInAsync(object credentials) =>
        server.Anonymous.PostJsonAsync("/v1/tokens", credentials);

    private static string[] Roles(JsonElement token) =>
        [.. token.GetProperty("roles").EnumerateArray().Select(role => role.GetString()!)];

    public sealed class Server : RunningServer
    {
        public string Handover => Path.Combine(Folder, "operator.once");

        protected override string[] Settings => ["--Auth:OperatorHandover", Handover];
    }
}
