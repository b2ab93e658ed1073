using System.Security.Claims;
using Engage.Contracts;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Engage.Api.Accounts;

/// <summary>Issues and describes access tokens: JWT (RFC 7519) signed with ES256.</summary>
internal sealed class TokenIssuer(SigningKey key, TimeProvider time)
{
    public const string Issuer = "engage";
    public const string RoleClaim = "role";
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a token is still accepted after its end, since clocks differ. Whatever ends with a token ends then, or
    /// whoever is sent away comes back with the same one.
    /// </summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <param name="displayName">Rooms show it: in the token, so that a crowd that comes in asks no account.</param>
    public string IssueForUser(UserId user, string userName, string displayName) => Issue(
        new(JwtRegisteredClaimNames.Sub, user.Value),
        new(JwtRegisteredClaimNames.PreferredUsername, userName),
        new(JwtRegisteredClaimNames.Name, displayName),
        new(RoleClaim, Roles.User));

    public string IssueForService(string clientId) => Issue(
        new(JwtRegisteredClaimNames.Sub, $"service:{clientId}"),
        new(RoleClaim, Roles.Service));

    public TokenValidationParameters Validation => new()
    {
        ValidIssuer = Issuer,
        ValidAudience = Issuer,
        IssuerSigningKey = key.Key,
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        ClockSkew = ClockSkew,
        NameClaimType = JwtRegisteredClaimNames.Sub,
        RoleClaimType = RoleClaim,
    };

    private string Issue(params Claim[] claims)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Issuer,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Lifetime,
            Subject = new ClaimsIdentity(claims),
            SigningCredentials = new(key.Key, SecurityAlgorithms.EcdsaSha256),
        });
    }
}
