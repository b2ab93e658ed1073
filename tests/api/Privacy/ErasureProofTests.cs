using System.Text.Json;
using Engage.Api.Tests.Accounts;

namespace Engage.Api.Tests.Privacy;

/// <summary>What cannot be taken back asks for all that she signs in with.</summary>
public sealed class ErasureProofTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task ErasureAsksForACodeOfWhoeverHasAnAuthenticator()
    {
        using var user = await server.NewUserAsync();
        var password = RunningServer.Password;
        var (_, begun) = await user.Http.PostJsonAsync("/v1/totp", new { password });
        var secret = begun.Text("secret");
        var (_, confirmed) = await user.Http.PostJsonAsync(
            "/v1/totp/confirm", new { totp = Authenticators.Code(secret) });
        var recovery = confirmed.GetProperty("recoveryCodes")[0].GetString();

        var without = await EraseAsync(user.Http, new { password });
        var wrong = await EraseAsync(user.Http, new { password, code = "000000" });
        var right = await EraseAsync(user.Http, new { password, code = recovery });

        Assert.Equal((400, 422, 202), (without.Status, wrong.Status, right.Status));
    }

    private static Task<(int Status, JsonElement Body)> EraseAsync(HttpClient http, object body) =>
        http.PostJsonAsync("/v1/privacy/erasure", body);
}
