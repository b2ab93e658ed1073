using System.Security.Cryptography;
using System.Text;
using Engage.Contracts.Accounts;
using Microsoft.Extensions.Options;

namespace Engage.Api.Accounts;

/// <summary>Puts together what is answered to who has proved who she is.</summary>
internal sealed class TokenDesk(
    TokenIssuer issuer, RefreshTokens tokens, IOptions<AuthOptions> options, TimeProvider time)
{
    private const int SecretLengthMin = 32;

    public RefreshToken? ReadRefresh(string text) => tokens.Read(text);

    public Guest? ReadGuest(string text) => tokens.ReadGuest(text, time.GetUtcNow());

    public TokenAnswer AnswerForUser(Account account, Session session, RefreshToken token)
    {
        var roles = TokenIssuer.RolesOf(account, session);
        return Answer(issuer.IssueForUser(account, session)) with
        {
            RefreshToken = tokens.Write(token),
            RefreshExpiresIn = SecondsUntil(session.EndsAt),
            Session = session.Id,
            User = account.User.Value,
            DisplayName = account.DisplayName,
            Roles = roles,
            TotpRequired = account.IsOperator && !roles.Contains(Roles.Operator) ? true : null,
        };
    }

    public TokenAnswer AnswerForGuest(Guest guest) => Answer(issuer.IssueForGuest(guest)) with
    {
        RefreshToken = tokens.Write(guest),
        RefreshExpiresIn = SecondsUntil(guest.Until),
        Session = guest.Id,
        User = guest.Id,
        DisplayName = guest.Name,
        Roles = [Roles.Guest],
    };

    /// <returns>Null if id or secret is wrong, or no service may sign in.</returns>
    public TokenAnswer? AnswerForService(string clientId, string clientSecret)
    {
        var trusted = options.Value;
        return trusted.ServiceClientSecret.Length >= SecretLengthMin
            && Same(clientId, trusted.ServiceClientId) & Same(clientSecret, trusted.ServiceClientSecret)
            ? Answer(issuer.IssueForService(clientId)) with { Roles = [Roles.Service] }
            : null;
    }

    public static TokenAnswer Answer(string accessToken) =>
        new(accessToken, "Bearer", (int)SessionRules.AccessTokenLifetime.TotalSeconds);

    private int SecondsUntil(DateTimeOffset end) => (int)(end - time.GetUtcNow()).TotalSeconds;

    private static bool Same(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(a)), SHA256.HashData(Encoding.UTF8.GetBytes(b)));
}
