using System.Globalization;

namespace Engage.Storage.Privacy;

/// <summary>
/// The keys that wrap personal keys: one file each (<c>personal-0001.key</c>, readable by its owner alone) in a folder
/// that all nodes share and that no backup of the database contains. The newest wraps; the older ones still open what
/// they have wrapped, until everything is wrapped anew and they are removed.
/// </summary>
internal sealed class KeyRing(string folder, TimeProvider time)
{
    private const string Prefix = "personal-";
    private const string Extension = ".key";

    private readonly Lock _gate = new();
    private Dictionary<int, RingKey> _keys = [];

    public string Folder => folder;

    /// <returns>Null while the ring has no key.</returns>
    public RingKey? Newest
    {
        get
        {
            lock (_gate) return _keys.Count == 0 ? null : _keys[_keys.Keys.Max()];
        }
    }

    public IReadOnlyList<RingKey> All
    {
        get
        {
            lock (_gate) return [.. _keys.Values.OrderBy(key => key.Number)];
        }
    }

    /// <exception cref="StorageException">The ring has no such key.</exception>
    public RingKey Find(int number)
    {
        lock (_gate)
        {
            // Perhaps another node has made it a moment ago.
            if (!_keys.ContainsKey(number)) Read();
            return _keys.TryGetValue(number, out var key)
                ? key
                : throw new StorageException(
                    $"The database has personal keys that key {number} of the ring wraps, but '{PathOf(number)}' is "
                    + $"missing; the folder has {Names()}. Without it nothing personal can be read: mount the folder "
                    + "that belongs to this database, or restore it from its backup (Storage:KeyFolder).");
        }
    }

    /// <summary>Reads the folder again.</summary>
    public void Refresh()
    {
        lock (_gate) Read();
    }

    /// <summary>
    /// Puts a key on top of the newest. Nodes that do so at once, on a shared folder, end up with the same one.
    /// </summary>
    public RingKey Add()
    {
        lock (_gate)
        {
            Read();
            var number = _keys.Count == 0 ? 1 : _keys.Keys.Max() + 1;
            RingFile.Create(PathOf(number), RingKey.Create(number, time.GetUtcNow()).Write());
            Read();
            return _keys[_keys.Keys.Max()];
        }
    }

    /// <summary>For ever: what it wraps, also in old backups of the database, can no longer be opened.</summary>
    public void Remove(RingKey key)
    {
        lock (_gate)
        {
            RingFile.Remove(PathOf(key.Number));
            Read();
        }
    }

    private void Read()
    {
        var keys = new Dictionary<int, RingKey>();
        if (Directory.Exists(folder))
            foreach (var path in Directory.EnumerateFiles(folder, $"{Prefix}*{Extension}"))
                if (NumberOf(path) is { } number && ReadKey(number, path) is { } key)
                    keys.Add(number, key);
        _keys = keys;
    }

    /// <returns>Null when another node has removed it meanwhile.</returns>
    private static RingKey? ReadKey(int number, string path)
    {
        try
        {
            return RingKey.Read(number, File.ReadAllText(path));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is FormatException or UnauthorizedAccessException)
        {
            throw new StorageException(
                $"'{path}' cannot be read as a key of the ring: {error.Message} Restore it from its backup.", error);
        }
    }

    private static int? NumberOf(string path) =>
        int.TryParse(
            Path.GetFileNameWithoutExtension(path).AsSpan(Prefix.Length),
            NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : null;

    private string PathOf(int number) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:0000}{Extension}"));

    private string Names() => _keys.Count == 0 ? "none" : string.Join(", ", _keys.Keys.Order());
}
