using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Engage.Api.Authorization;
using Engage.LoadGen.Realtime;
using Microsoft.IdentityModel.Tokens;

namespace Engage.Api.Tests.Authorization;

/// <summary>A token that the platform did not issue so, or not for now, opens nothing.</summary>
public sealed class TokenTamperingTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Path = "/v1/inbox";

    public static TheoryData<string> Forgeries => [.. Forged.Keys];

    /// <summary>By name, what is done to a good token.</summary>
    private static readonly Dictionary<string, Func<IServiceProvider, string>> Forged = new(StringComparer.Ordinal)
    {
        ["algorithm none"] = server => WithHeader(Good(server), header => header["alg"] = "none", signature: ""),
        ["algorithm None, signature kept"] = server => WithHeader(Good(server), header => header["alg"] = "None"),
        ["another key"] = server => Changed(server, token => token.SigningCredentials = OtherKey(server)),
        ["expired"] = server => Changed(server, token => Shift(token, TimeSpan.FromHours(-2))),
        ["not yet"] = server => Changed(server, token => Shift(token, TimeSpan.FromHours(2))),
        ["another audience"] = server => Changed(server, token => token.Audience = "somebody-else"),
        ["no audience"] = server => Changed(server, token => token.Audience = null),
        ["another issuer"] = server => Changed(server, token => token.Issuer = "https://evil.example"),
        ["without an end"] = server => WithoutEnd(server),
        ["cut signature"] = server => Good(server)[..^8],
        ["no signature"] = server => Good(server)[..(Good(server).LastIndexOf('.') + 1)],
        ["a bit of the signature"] = server => FlipSignature(Good(server)),
        ["roles raised"] = server => WithPayload(Good(server), payload => payload["role"] = "operator"),
        ["another user"] = server => WithPayload(Good(server), payload => payload["sub"] = "u-other"),
        ["HS256 with the public key"] = SignedWithThePublicKey,
        ["key in the header"] = server => WithOwnKeyInTheHeader(server),
        ["key id that leads elsewhere"] =
            server => WithHeader(Good(server), header => header["kid"] = "../../dev/null"),
        ["two parts"] = server => Good(server)[..Good(server).LastIndexOf('.')],
        ["encrypted form"] = server => Good(server) + ".a.b",
        ["nothing of all that"] = _ => "not-a-token",
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task ForgedTokenIsAnsweredLikeNone(string forgery)
    {
        var token = Forged[forgery](server.Services);

        using var answer = await GetAsync(Path, token);

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task ForgedTokenOpensNoHub(string forgery)
    {
        var token = Forged[forgery](server.Services);

        await Assert.ThrowsAsync<WebSocketException>(
            () => HubClient.ConnectAsync(server.Address, Uri.EscapeDataString(token)));
    }

    [Fact]
    public async Task SameTokenUnchangedIsTaken()
    {
        using var answer = await GetAsync(Path, Good(server.Services));
        await using var hub = await HubClient.ConnectAsync(server.Address, Good(server.Services));

        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact]
    public async Task TokenWithoutARoleThatIsKnownMayNothing()
    {
        var token = MintedTokens.For(server.Services, "u-1", Who.Nobody);

        using var answer = await GetAsync("/v1/communities", token);

        Assert.Equal(403, (int)answer.StatusCode);
    }

    [Fact]
    public async Task OnlyTheHubTakesATokenFromTheQuery()
    {
        var address = new Uri($"{Path}?access_token={Good(server.Services)}", UriKind.Relative);

        using var answer = await server.Anonymous.GetAsync(address);

        Assert.Equal(401, (int)answer.StatusCode);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await server.Anonymous.SendAsync(request);
    }

    private static string Good(IServiceProvider server) => MintedTokens.For(server, "u-1", Who.User);

    private static string Changed(IServiceProvider server, Action<SecurityTokenDescriptor> change)
    {
        var token = MintedTokens.Describe(server, "u-1", Who.User);
        change(token);
        return MintedTokens.Sign(token);
    }

    private static void Shift(SecurityTokenDescriptor token, TimeSpan by) =>
        (token.IssuedAt, token.NotBefore, token.Expires) =
            (token.IssuedAt + by, token.NotBefore + by, token.Expires + by);

    private static string WithoutEnd(IServiceProvider server) => Changed(server, token => token.Expires = null);

    private static SigningCredentials OtherKey(IServiceProvider server) => new(
        new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = MintedTokens.KeyOf(server).KeyId },
        SecurityAlgorithms.EcdsaSha256);

    private static string FlipSignature(string token)
    {
        var at = token.LastIndexOf('.') + 1;
        return token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];
    }

    private static string SignedWithThePublicKey(IServiceProvider server)
    {
        var key = (ECDsaSecurityKey)MintedTokens.KeyOf(server);
        var unsigned = WithHeader(Good(server), header => header["alg"] = "HS256", signature: "");
        var signed = unsigned[..unsigned.LastIndexOf('.')];
        var mac = HMACSHA256.HashData(
            Encoding.ASCII.GetBytes(key.ECDsa.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(signed));
        return $"{signed}.{Base64UrlEncoder.Encode(mac)}";
    }

    private static string WithOwnKeyInTheHeader(IServiceProvider server)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(own));
        var unsigned = WithHeader(
            Good(server),
            header => header["jwk"] = new JsonObject
            {
                ["kty"] = "EC", ["crv"] = "P-256", ["x"] = jwk.X, ["y"] = jwk.Y,
            },
            signature: "");
        var signed = unsigned[..unsigned.LastIndexOf('.')];
        var signature = own.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return $"{signed}.{Base64UrlEncoder.Encode(signature)}";
    }

    private static string WithHeader(string token, Action<JsonObject> change, string? signature = null)
    {
        var parts = token.Split('.');
        return $"{Rewritten(parts[0], change)}.{parts[1]}.{signature ?? parts[2]}";
    }

    private static string WithPayload(string token, Action<JsonObject> change)
    {
        var parts = token.Split('.');
        return $"{parts[0]}.{Rewritten(parts[1], change)}.{parts[2]}";
    }

    private static string Rewritten(string part, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(Base64UrlEncoder.Decode(part))!.AsObject();
        change(json);
        return Base64UrlEncoder.Encode(json.ToJsonString());
    }
}
