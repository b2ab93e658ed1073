using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Engage.Contracts;

namespace Engage.Storage.Privacy;

/// <summary>
/// Seals with AES-256-GCM (NIST SP 800-38D): nonce (12 bytes, drawn), ciphertext, tag (16). Whose it is and what for is
/// authenticated with it, so that a value moved to another person or field does not open.
/// </summary>
/// <remarks>A drawn nonce of 96 bits allows 2^32 values per key; a person's key will never see as many.</remarks>
internal static class PersonalSeal
{
    public const int KeyBytes = 32;
    public const int OverheadBytes = NonceBytes + TagBytes;

    /// <summary>What a sealed text begins with.</summary>
    public const string Version = "s1.";

    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes);

    /// <returns>As long as <paramref name="plain"/> and <see cref="OverheadBytes"/> more.</returns>
    public static byte[] Seal(ReadOnlySpan<byte> key, UserId user, string purpose, ReadOnlySpan<byte> plain)
    {
        var sealedBytes = new byte[plain.Length + OverheadBytes];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var gcm = new AesGcm(key, TagBytes);
        gcm.Encrypt(
            nonce, plain, sealedBytes.AsSpan(NonceBytes, plain.Length), sealedBytes.AsSpan(^TagBytes),
            Binding(user, purpose));
        return sealedBytes;
    }

    /// <exception cref="StorageException">It was not sealed with this key for this user and purpose, or is
    /// damaged.</exception>
    public static byte[] Open(ReadOnlySpan<byte> key, UserId user, string purpose, ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < OverheadBytes) throw Damaged(user, purpose, null);

        var plain = new byte[sealedBytes.Length - OverheadBytes];
        using var gcm = new AesGcm(key, TagBytes);
        try
        {
            gcm.Decrypt(
                sealedBytes[..NonceBytes], sealedBytes[NonceBytes..^TagBytes], sealedBytes[^TagBytes..], plain,
                Binding(user, purpose));
        }
        catch (AuthenticationTagMismatchException error)
        {
            throw Damaged(user, purpose, error);
        }
        return plain;
    }

    public static string SealText(ReadOnlySpan<byte> key, UserId user, string purpose, string text) =>
        Version + Base64Url.EncodeToString(Seal(key, user, purpose, Encoding.UTF8.GetBytes(text)));

    /// <inheritdoc cref="Open"/>
    public static string OpenText(ReadOnlySpan<byte> key, UserId user, string purpose, string sealedText) =>
        Encoding.UTF8.GetString(Open(key, user, purpose, Decode(user, purpose, sealedText)));

    private static byte[] Decode(UserId user, string purpose, string sealedText)
    {
        if (!sealedText.StartsWith(Version, StringComparison.Ordinal)) throw Damaged(user, purpose, null);
        try
        {
            return Base64Url.DecodeFromChars(sealedText.AsSpan(Version.Length));
        }
        catch (FormatException error)
        {
            throw Damaged(user, purpose, error);
        }
    }

    /// <summary>No user id has a line end: where one part ends is never in doubt.</summary>
    private static byte[] Binding(UserId user, string purpose) => Encoding.UTF8.GetBytes($"{user.Value}\n{purpose}");

    private static StorageException Damaged(UserId user, string purpose, Exception? inner) => new(
        $"What was kept of user '{user}' as '{purpose}' does not open with her key: it was sealed for somebody or "
        + "something else, or is damaged. Restore it from a backup, or take it away.", inner);
}
