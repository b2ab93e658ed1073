using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Engage.Api.Tests.Authorization;

/// <summary>Tokens of any role, signed with the server's own key; each of a session of its own.</summary>
internal static class MintedTokens
{
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <param name="code">Whether a code of the authenticator was given just now.</param>
    public static string For(IServiceProvider server, string subject, Who roles, bool code = true) =>
        Sign(Describe(server, subject, roles, code));

    public static string Sign(SecurityTokenDescriptor token) => Handler.CreateToken(token);

    /// <summary>As the platform issues them; a test changes what it wants to be wrong.</summary>
    public static SecurityTokenDescriptor Describe(
        IServiceProvider server, string subject, Who roles, bool code = true)
    {
        var now = server.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        var provenAt = new DateTimeOffset(now).ToUnixTimeSeconds() - (code ? 0 : 3_600);
        return new()
        {
            Issuer = TokenIssuer.Issuer,
            Audience = TokenIssuer.Issuer,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + TimeSpan.FromMinutes(5),
            Subject = new ClaimsIdentity(
            [
                new(JwtRegisteredClaimNames.Sub, subject),
                new(JwtRegisteredClaimNames.PreferredUsername, subject),
                new(JwtRegisteredClaimNames.Name, subject),
                new(TokenIssuer.SessionClaim, $"s-{Guid.NewGuid():n}"),
                new(TokenIssuer.OtpTimeClaim, $"{provenAt}", ClaimValueTypes.Integer64),
                .. Names(roles).Select(role => new Claim(TokenIssuer.RoleClaim, role)),
            ]),
            SigningCredentials = new(KeyOf(server), SecurityAlgorithms.EcdsaSha256),
        };
    }

    /// <summary>The key that the server signs with now.</summary>
    public static SecurityKey KeyOf(IServiceProvider server) => server.GetRequiredService<KeyRing>().Current.Key;

    private static IEnumerable<string> Names(Who roles) => WhoCalls.All
        .Where(role => role != Who.Anonymous && roles.HasFlag(role)).Select(role => $"{role}".ToLowerInvariant());
}
