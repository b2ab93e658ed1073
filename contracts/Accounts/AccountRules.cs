using Engage.Contracts.Texts;

namespace Engage.Contracts.Accounts;

/// <summary>What a registration may contain.</summary>
public static class AccountRules
{
    public const int UserNameLengthMin = 3;
    public const int UserNameLengthMax = 32;
    public const int PasswordLengthMin = 10;
    public const int PasswordLengthMax = 128;
    public const int DisplayNameLengthMax = 64;
    public const int DeviceLengthMax = 64;

    /// <summary>RFC 5321, 4.5.3.1, less the angle brackets.</summary>
    public const int MailLengthMax = 254;
    public const string LanguageDefault = "zh";
    private static readonly string[] Languages = ["zh", "en"];

    /// <returns>Null if good, otherwise what is wrong.</returns>
    public static string? CheckUserName(string? userName) =>
        userName is { Length: >= UserNameLengthMin and <= UserNameLengthMax }
        && userName.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-')
            ? null
            : $"expected {UserNameLengthMin} to {UserNameLengthMax} characters of a-z 0-9 . _ -";

    /// <summary>Whether nobody may register with it.</summary>
    public static bool IsReserved(string userName) => ReservedNames.Contains(userName);

    public static string? CheckPassword(string? password) =>
        password is { Length: >= PasswordLengthMin and <= PasswordLengthMax }
            ? null
            : $"expected {PasswordLengthMin} to {PasswordLengthMax} characters";

    /// <param name="displayName">As others will read it.</param>
    /// <param name="isOperator">Whether she does speak for the platform.</param>
    public static string? CheckDisplayName(string? displayName, bool isOperator = false)
    {
        if (string.IsNullOrWhiteSpace(displayName) || displayName.Length > DisplayNameLengthMax
            || displayName.Any(char.IsControl))
            return $"expected 1 to {DisplayNameLengthMax} characters, none of them a control character";
        if (HiddenCharacters.WhatIsWrong(displayName.Trim()) is { } wrong) return wrong;

        return !isOperator && ReservedNames.Contains(displayName)
            ? "seems to speak for the platform; choose another name"
            : null;
    }

    public static string? CheckLanguage(string? language) =>
        language is null || Languages.Contains(language) ? null : $"expected {string.Join(" or ", Languages)}";

    public static string? CheckDevice(string? device) =>
        device is null ? null
        : device.Length > DeviceLengthMax || device.Any(char.IsControl)
            ? $"expected at most {DeviceLengthMax} characters, none of them a control character"
        : HiddenCharacters.WhatIsWrong(device);

    /// <summary>
    /// One address and nothing else, in ASCII: what would need quoting is refused, so that it is safe in a header.
    /// </summary>
    public static string? CheckMail(string? mail)
    {
        if (mail is { Length: <= MailLengthMax } && mail.Split('@') is [{ Length: > 0 and <= 64 } local, var domain]
            && local.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~.".Contains(c))
            && IsDotted(local) && domain.Contains('.') && IsDotted(domain)
            && domain.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'))
            return null;
        return $"expected a mail address such as lin@example.org, at most {MailLengthMax} characters";
    }

    private static bool IsDotted(string text) =>
        text.Length > 0 && text[0] != '.' && text[^1] != '.' && !text.Contains("..", StringComparison.Ordinal);
}

/// <summary>How long what a sign-in gives is good for; docs/protocol.md, "Tokens".</summary>
public static class SessionRules
{
    public static readonly TimeSpan AccessTokenLifetime = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a token is still accepted after its end, since clocks differ. Whatever ends with a token ends then, or
    /// whoever is sent away comes back with the same one.
    /// </summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a session that ended is remembered. Its last token may be written a moment after the end, by a node
    /// whose clock is ahead, and be shown to one whose clock is behind.
    /// </summary>
    public static readonly TimeSpan RevocationKept = AccessTokenLifetime + (2 * ClockSkew) + TimeSpan.FromMinutes(1);

    /// <summary>A session that is not used for so long is over.</summary>
    public static readonly TimeSpan IdleMax = TimeSpan.FromDays(30);

    /// <summary>However much it is used.</summary>
    public static readonly TimeSpan LifetimeMax = TimeSpan.FromDays(90);

    /// <summary>A refresh token that comes again within this gets the same successor.</summary>
    public static readonly TimeSpan RepeatWithin = TimeSpan.FromSeconds(30);

    /// <summary>How long a code counts as proof that it is she.</summary>
    public static readonly TimeSpan ProofLifetime = TimeSpan.FromMinutes(10);
    public const int SessionsMax = 50;
}

/// <summary>Why a session ended; the words of docs/protocol.md, "Sessions".</summary>
public static class RevocationReasons
{
    public const string SignedOut = "signedOut";
    public const string Revoked = "revoked";
    public const string Password = "password";
    public const string Reuse = "reuse";
    public const string Limit = "limit";
    public const string Erased = "erased";
}
