using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Engage.LoadGen.Servers;

/// <summary>
/// The key that a platform signs access tokens with (ES256, docs/protocol.md, "Identity"). Whoever operates a server
/// has it in <c>Auth:KeyFolder</c> and can make tokens for any number of people at once; registering and signing in
/// costs two slow password hashes each, which is the point of them. It is no way around anything: a server that was not
/// given this key refuses its tokens.
/// </summary>
public sealed class TokenKey : IDisposable
{
    private const string FileName = "token-signing.pem";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly ECDsa _key;

    private TokenKey(ECDsa key) => _key = key;

    public static TokenKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <param name="file">The server's key in PEM.</param>
    /// <exception cref="InvalidDataException">It holds no such key.</exception>
    public static TokenKey Read(string file)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
            return new(key);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidDataException($"{file}: expected a private key (ECDSA P-256) in PEM. {e.Message}", e);
        }
    }

    /// <summary>Puts it where a server looks for its key before it makes one.</summary>
    public void WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(Path.Combine(folder, FileName), options);
        file.Write(Encoding.ASCII.GetBytes(_key.ExportPkcs8PrivateKeyPem()));
    }

    /// <summary>A user's token, as the platform issues it.</summary>
    public string Issue(string user, string userName, DateTimeOffset now)
    {
        var header = Part(new Dictionary<string, object> { ["alg"] = "ES256", ["typ"] = "JWT" });
        var body = Part(new Dictionary<string, object>
        {
            ["iss"] = "engage",
            ["aud"] = "engage",
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
            ["sub"] = user,
            ["preferred_username"] = userName,
            ["role"] = "user",
        });
        var signature = _key.SignData(Encoding.ASCII.GetBytes($"{header}.{body}"), HashAlgorithmName.SHA256);
        return $"{header}.{body}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose() => _key.Dispose();

    private static string Part(Dictionary<string, object> claims) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims));
}
