using System.Globalization;
using System.Security.Claims;
using Engage.Contracts.Accounts;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Engage.Api.Accounts;

/// <summary>Issues and describes access tokens: JWT (RFC 7519) signed with ES256.</summary>
internal sealed class TokenIssuer(KeyRing keys, TimeProvider time)
{
    public const string Issuer = "engage";
    public const string RoleClaim = "role";
    public const string SessionClaim = "sid";
    public const string OtpTimeClaim = "otp_time";
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Rooms show the name: it is in the token, so that a crowd that comes in asks no account.</summary>
    public string IssueForUser(Account account, Session session)
    {
        List<Claim> claims =
        [
            new(JwtRegisteredClaimNames.Sub, account.User.Value),
            new(SessionClaim, session.Id),
            new(JwtRegisteredClaimNames.PreferredUsername, account.UserName),
            new(JwtRegisteredClaimNames.Name, account.DisplayName),
            Time(JwtRegisteredClaimNames.AuthTime, session.ProvenAt),
            new(JwtRegisteredClaimNames.Amr, "pwd"),
            .. RolesOf(account, session).Select(role => new Claim(RoleClaim, role)),
        ];
        if (session.OtpAt is { } at)
        {
            claims.Add(new(JwtRegisteredClaimNames.Amr, "otp"));
            claims.Add(Time(OtpTimeClaim, at));
        }
        return Issue(claims);
    }

    public string IssueForGuest(Guest guest) => Issue(
    [
        new(JwtRegisteredClaimNames.Sub, guest.Id),
        new(SessionClaim, guest.Id),
        new(JwtRegisteredClaimNames.Name, guest.Name),
        new(RoleClaim, Roles.Guest),
    ]);

    public string IssueForService(string clientId) => Issue(
    [
        new(JwtRegisteredClaimNames.Sub, $"service:{clientId}"),
        new(RoleClaim, Roles.Service),
    ]);

    /// <summary>An operator without an authenticator is a user until she has one.</summary>
    public static string[] RolesOf(Account account, Session session) =>
        account is { IsOperator: true, Totp: true } && session.OtpAt is not null
            ? [Roles.User, Roles.Operator]
            : [Roles.User];

    public TokenValidationParameters Validation => new()
    {
        ValidIssuer = Issuer,
        ValidAudience = Issuer,
        IssuerSigningKeyResolver = (_, _, id, _) => keys.Find(id),
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        ClockSkew = SessionRules.ClockSkew,
        NameClaimType = JwtRegisteredClaimNames.Sub,
        RoleClaimType = RoleClaim,
    };

    /// <returns>The claims and when it is no longer accepted; null if it is not good.</returns>
    public async Task<(ClaimsIdentity Claims, DateTimeOffset Until)?> ReadAsync(string token)
    {
        var result = await _handler.ValidateTokenAsync(token, Validation);
        return result.IsValid
            ? (result.ClaimsIdentity, new DateTimeOffset(result.SecurityToken.ValidTo) + SessionRules.ClockSkew)
            : null;
    }

    private static Claim Time(string name, DateTimeOffset at) => new(
        name, at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64);

    private string Issue(IEnumerable<Claim> claims)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Issuer,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + SessionRules.AccessTokenLifetime,
            Subject = new ClaimsIdentity(claims),
            SigningCredentials = new(keys.Current.Key, SecurityAlgorithms.EcdsaSha256),
        });
    }
}
