using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Engage.Api.Accounts;

/// <summary>
/// The platform's token key (ECDSA P-256), made at the first start and kept beside the data, readable by its owner
/// alone. Nodes that start for the first time at once on a shared folder end up with one key. Deleting the file signs
/// everybody out.
/// </summary>
internal sealed class SigningKey : IDisposable
{
    private readonly ECDsa _ecdsa;

    private SigningKey(ECDsa ecdsa)
    {
        _ecdsa = ecdsa;
        Key = new ECDsaSecurityKey(ecdsa)
        {
            KeyId = Thumbprint(ecdsa),

            // The default factory caches by key id for the life of the process, beyond that of the key.
            CryptoProviderFactory = new() { CacheSignatureProviders = false },
        };
    }

    public ECDsaSecurityKey Key { get; }

    public static SigningKey LoadOrCreate(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "token-signing.pem");
        if (!File.Exists(path)) Create(path);

        var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(File.ReadAllText(path));
        return new(ecdsa);
    }

    public void Dispose() => _ecdsa.Dispose();

    private static void Create(string path)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        // Moved into place when it is whole and on the disk: a process that dies here leaves no broken key behind.
        var unfinished = $"{path}.{Guid.NewGuid():n}";
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(Encoding.ASCII.GetBytes(ecdsa.ExportPkcs8PrivateKeyPem()));
            file.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(unfinished, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another node was first; its key is the platform's.
            File.Delete(unfinished);
        }
    }

    private static string Thumbprint(ECDsa ecdsa) =>
        Convert.ToHexStringLower(SHA256.HashData(ecdsa.ExportSubjectPublicKeyInfo()))[..16];
}
