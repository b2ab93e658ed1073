using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Engage.Contracts;

namespace Engage.Api.Accounts;

/// <summary>A refresh token that this platform issued, in its parts.</summary>
/// <param name="Secret">256 bits; only its hash is stored.</param>
internal sealed record RefreshToken(UserId User, string Session, byte[] Secret)
{
    public byte[] Hash => SHA256.HashData(Secret);
}

/// <param name="Id">User and session in one: nothing is kept of a guest.</param>
internal sealed record Guest(string Id, DateTimeOffset Until)
{
    private const int NameLetters = 4;

    public string Name => $"guest-{Id[^NameLetters..]}";
}

/// <summary>
/// Writes and reads refresh tokens: <c>rt1.user.session.secret.tag</c>. The tag (HMAC) tells a token that was once
/// issued from a guess, so that an old one coming back is known for a copy without keeping all there were. Each secret
/// follows from the one before under the platform's key: a retry gets the same successor.
/// </summary>
internal sealed class RefreshTokens(AccountKeys keys)
{
    private const string UserPrefix = "rt1.";
    private const string GuestPrefix = "gt1.";
    private const int SecretBytes = 32;
    private const int TagBytes = 16;

    public static string NewSession() =>
        $"s-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TagBytes))}";

    public static RefreshToken New(UserId user, string session) =>
        new(user, session, RandomNumberGenerator.GetBytes(SecretBytes));

    public static Guest NewGuest(DateTimeOffset until) =>
        new($"u-guest-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TagBytes))}", until);

    public RefreshToken Next(RefreshToken spent)
    {
        byte[] from = [.. Encoding.UTF8.GetBytes($"next {spent.Session} "), .. spent.Secret];
        return spent with { Secret = HMACSHA256.HashData(keys.Refresh, from) };
    }

    public string Write(RefreshToken token) => Signed(
        $"{UserPrefix}{token.User}.{token.Session}.{Base64Url.EncodeToString(token.Secret)}", keys.Refresh);

    public string Write(Guest guest) => Signed(
        string.Create(CultureInfo.InvariantCulture, $"{GuestPrefix}{guest.Id}.{guest.Until.ToUnixTimeSeconds()}"),
        keys.Guest);

    /// <returns>Null if we did not issue it.</returns>
    public RefreshToken? Read(string text)
    {
        if (!text.StartsWith(UserPrefix, StringComparison.Ordinal) || Checked(text, keys.Refresh) is not { } body)
            return null;

        var secret = body.LastIndexOf('.');
        var session = body.LastIndexOf('.', secret - 1);
        return new(
            new(body[UserPrefix.Length..session]), body[(session + 1)..secret],
            Base64Url.DecodeFromChars(body.AsSpan(secret + 1)));
    }

    /// <returns>Null if we did not issue it, or it is over.</returns>
    public Guest? ReadGuest(string text, DateTimeOffset now)
    {
        if (!text.StartsWith(GuestPrefix, StringComparison.Ordinal) || Checked(text, keys.Guest) is not { } body)
            return null;

        var end = body.LastIndexOf('.');
        var until = DateTimeOffset.FromUnixTimeSeconds(
            long.Parse(body.AsSpan(end + 1), CultureInfo.InvariantCulture));
        return until > now ? new(body[GuestPrefix.Length..end], until) : null;
    }

    private static string Signed(string body, byte[] key) => $"{body}.{Base64Url.EncodeToString(Tag(body, key))}";

    /// <returns>What stands before the tag, which is ours; null if it is not.</returns>
    private static string? Checked(string text, byte[] key)
    {
        var end = text.LastIndexOf('.');
        Span<byte> tag = stackalloc byte[TagBytes];
        return Base64Url.IsValid(text.AsSpan(end + 1), out var length) && length == TagBytes
            && Base64Url.TryDecodeFromChars(text.AsSpan(end + 1), tag, out _)
            && CryptographicOperations.FixedTimeEquals(tag, Tag(text[..end], key))
            ? text[..end]
            : null;
    }

    private static ReadOnlySpan<byte> Tag(string body, byte[] key) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(body)).AsSpan(0, TagBytes);
}
