using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Engage.Grains.Accounts;

/// <summary>Secrets that are sent or shown once and kept as hashes.</summary>
internal static class Secrets
{
    public const int CodeLength = 6;
    private const int SecretBytes = 32;
    private const int RecoveryBytes = 10;
    private const int RecoveryCodes = 10;
    private const int CodeMax = 1_000_000;

    /// <summary>For a link: 256 bits, base64url.</summary>
    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>For people who type: six digits.</summary>
    public static string NewCode() =>
        RandomNumberGenerator.GetInt32(CodeMax).ToString("d6", CultureInfo.InvariantCulture);

    /// <summary>Ten of 80 bits each, such as <c>mzxw-6ytb-oi3d-k2lq</c>.</summary>
    public static string[] NewRecoveryCodes() =>
        [.. Enumerable.Range(0, RecoveryCodes).Select(_ => InFours(RandomNumberGenerator.GetBytes(RecoveryBytes)))];

    /// <summary>Dashes, blanks and case do not matter.</summary>
    public static byte[] HashRecovery(string code) =>
        Hash(string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant());

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    public static bool Matches(byte[] hash, string secret) =>
        CryptographicOperations.FixedTimeEquals(hash, Hash(secret));

    private static string InFours(byte[] bytes)
    {
        // Lower case is what people type.
        var text = Base32.Encode(bytes).ToLower(CultureInfo.InvariantCulture);
        return string.Join('-', text.Chunk(4).Select(four => new string(four)));
    }
}
