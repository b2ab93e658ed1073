using System.Security.Cryptography;
using System.Text;
using Engage.Contracts.Files;

namespace Engage.Api.Accounts;

/// <summary>
/// Keys for what only the platform may compute, derived from one secret beside the token keys (HKDF, RFC 5869). It has
/// to stay: without it nobody is found by name any more.
/// </summary>
internal sealed class AccountKeys
{
    private const string FileName = "accounts.key";
    private const int KeyBytes = 32;
    private readonly byte[] _secret;

    private AccountKeys(byte[] secret)
    {
        _secret = secret;
        Index = Derive("blind index");
        Refresh = Derive("refresh token");
        Guest = Derive("guest token");
        Device = Derive("known device");
    }

    /// <summary>Of names and addresses.</summary>
    public byte[] Index { get; }

    public byte[] Refresh { get; }

    public byte[] Guest { get; }

    public byte[] Device { get; }

    /// <exception cref="InvalidDataException">The file is no key.</exception>
    public static AccountKeys LoadOrCreate(string folder)
    {
        SecretFile.CreateFolder(folder);
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) SecretFile.TryCreate(path, RandomNumberGenerator.GetBytes(KeyBytes));

        var secret = File.ReadAllBytes(path);
        return secret.Length == KeyBytes
            ? new(secret)
            : throw new InvalidDataException(
                $"{path}: {secret.Length} bytes; expected {KeyBytes}. Bring the file back from a backup: with another "
                + "key nobody is found by name.");
    }

    private byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, KeyBytes, info: Encoding.UTF8.GetBytes(purpose));
}
