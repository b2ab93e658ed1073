using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Engage.Api.Accounts;

/// <summary>One key that signs tokens (ECDSA P-256): when it was made and, if it is old, retired.</summary>
internal sealed class SigningKey
{
    private const string CreatedPrefix = "created ";
    private const string RetiredPrefix = "retired ";
    private readonly ECDsa _ecdsa;

    private SigningKey(ECDsa ecdsa, DateTimeOffset created, DateTimeOffset? retired)
    {
        (_ecdsa, Created, Retired) = (ecdsa, created, retired);
        Key = new ECDsaSecurityKey(ecdsa)
        {
            KeyId = Convert.ToHexStringLower(SHA256.HashData(ecdsa.ExportSubjectPublicKeyInfo()))[..16],

            // The default factory caches by key id for the life of the process, beyond that of the key.
            CryptoProviderFactory = new() { CacheSignatureProviders = false },
        };
    }

    public ECDsaSecurityKey Key { get; }

    public string Id => Key.KeyId;

    public DateTimeOffset Created { get; }

    public DateTimeOffset? Retired { get; }

    public static SigningKey Create(DateTimeOffset now) =>
        new(ECDsa.Create(ECCurve.NamedCurves.nistP256), now, null);

    /// <param name="text">PEM, behind lines that say when (RFC 7468, 2: text before the key is an explanation).</param>
    /// <param name="unsaid">When it was made if the text does not say.</param>
    /// <exception cref="ArgumentException">It is no key.</exception>
    public static SigningKey Parse(string text, DateTimeOffset unsaid)
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(text);
        return new(ecdsa, Time(text, CreatedPrefix) ?? unsaid, Time(text, RetiredPrefix));
    }

    public byte[] ToFile(DateTimeOffset? retired)
    {
        var text = new StringBuilder();
        text.Append(CreatedPrefix).AppendLine(Seconds(Created));
        if (retired is { } at) text.Append(RetiredPrefix).AppendLine(Seconds(at));
        return Encoding.ASCII.GetBytes(text.AppendLine(_ecdsa.ExportPkcs8PrivateKeyPem()).ToString());
    }

    /// <summary>As others may know it (RFC 7517, RFC 7518, 6.2).</summary>
    public PublicKey ToPublic()
    {
        var point = _ecdsa.ExportParameters(includePrivateParameters: false).Q;
        return new(
            "EC", "P-256", Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y), Id, "sig", "ES256");
    }

    private static string Seconds(DateTimeOffset time) =>
        time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static DateTimeOffset? Time(string text, string prefix)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
            if (line.StartsWith(prefix, StringComparison.Ordinal)
                && long.TryParse(line[prefix.Length..], CultureInfo.InvariantCulture, out var seconds))
                return DateTimeOffset.FromUnixTimeSeconds(seconds);
        return null;
    }
}

internal sealed record PublicKey(
    string Kty, string Crv, string X, string Y, string Kid, string Use, string Alg);
