using System.Security.Cryptography;
using Engage.Contracts.Accounts;
using Engage.Contracts.Files;
using Microsoft.IdentityModel.Tokens;

namespace Engage.Api.Accounts;

/// <summary>
/// The platform's token keys, in a folder that its nodes share: <c>token-signing.pem</c> signs, those that it followed
/// lie beside it until their last tokens have ended. Nodes that start for the first time at once end up with one key.
/// Deleting the files signs everybody out until the next refresh.
/// </summary>
internal sealed class KeyRing
{
    private const string FileName = "token-signing.pem";
    private const string RetiredPattern = "token-signing.*.retired.pem";
    private const string LockName = "token-signing.lock";

    /// <summary>A node learns of a new key within a minute; clocks differ.</summary>
    private static readonly TimeSpan RetiredKept =
        SessionRules.AccessTokenLifetime + SessionRules.ClockSkew + TimeSpan.FromHours(1);
    private static readonly TimeSpan SearchPause = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly TimeProvider _time;
    private volatile SigningKey[] _keys = [];
    private DateTimeOffset _searchedAt;

    private KeyRing(string folder, TimeProvider time) => (_folder, _time) = (folder, time);

    /// <summary>What new tokens are signed with.</summary>
    public SigningKey Current => _keys[0];

    /// <summary>All that tokens are verified with, the newest first.</summary>
    public IReadOnlyList<SigningKey> All => _keys;

    public static KeyRing Open(string folder, TimeProvider time)
    {
        SecretFile.CreateFolder(folder);
        var ring = new KeyRing(folder, time);
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) SecretFile.TryCreate(path, SigningKey.Create(time.GetUtcNow()).ToFile(retired: null));
        ring.Read();
        return ring;
    }

    /// <summary>
    /// The key of a token. One that nobody knows may be another node's new one: the folder is read again, at most once
    /// a second.
    /// </summary>
    public IEnumerable<SecurityKey> Find(string? id)
    {
        if (string.IsNullOrEmpty(id)) return _keys.Select(key => key.Key);
        if (Known(id) is { } known) return [known];

        lock (_gate)
        {
            if (_time.GetUtcNow() - _searchedAt < SearchPause) return [];
            _searchedAt = _time.GetUtcNow();
            Read();
        }
        return Known(id) is { } found ? [found] : [];
    }

    /// <summary>Makes a new key when it is time, and forgets those that verify nothing more.</summary>
    public void Turn(TimeSpan lifetime)
    {
        lock (_gate)
        {
            // One node does it, the others find it done.
            using var held = new FileStream(
                Path.Combine(_folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            Read();
            var now = _time.GetUtcNow();
            if (Current.Created + lifetime <= now) Follow(Current, now);
            foreach (var file in Directory.GetFiles(_folder, RetiredPattern))
                if (Load(file).Retired is { } retired && retired + RetiredKept < now)
                    File.Delete(file);
            Read();
        }
    }

    /// <summary>The old one is laid aside before the new one takes its place: at no moment is one missing.</summary>
    private void Follow(SigningKey old, DateTimeOffset now)
    {
        SecretFile.Replace(Path.Combine(_folder, $"token-signing.{old.Id}.retired.pem"), old.ToFile(now));
        SecretFile.Replace(Path.Combine(_folder, FileName), SigningKey.Create(now).ToFile(retired: null));
    }

    private void Read()
    {
        var current = Load(Path.Combine(_folder, FileName));
        var retired = Directory.GetFiles(_folder, RetiredPattern)
            .Select(Load)
            .Where(key => key.Id != current.Id)
            .OrderByDescending(key => key.Created);
        _keys = [current, .. retired];
    }

    private static SigningKey Load(string path)
    {
        try
        {
            return SigningKey.Parse(File.ReadAllText(path), File.GetLastWriteTimeUtc(path));
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            throw new InvalidDataException(
                $"{path} is no private key (ECDSA P-256) in PEM. Bring it back from a backup, or remove it: whoever is "
                + "signed in then has to refresh.", exception);
        }
    }

    private ECDsaSecurityKey? Known(string id) => Array.Find(_keys, key => key.Id == id)?.Key;
}
