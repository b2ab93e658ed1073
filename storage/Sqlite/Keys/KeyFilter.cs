using System.Runtime.InteropServices;

namespace Engage.Storage.Sqlite.Keys;

/// <summary>
/// A Bloom filter whose bits for one key share a cache line: asking costs one memory access. With 16 bits per key and 8
/// of them set it errs once in some 700 times.
/// </summary>
/// <remarks>Source: Putze, Sanders, Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", 2007.</remarks>
internal sealed class KeyFilter
{
    private const int LineWords = 8;
    private const int BitsPerKey = 16;
    private const int BitsSet = 8;

    private readonly ulong[] _words;
    private readonly ulong _lines;

    public KeyFilter(long keys)
        : this(new ulong[LineWords * Math.Max(1, (keys * BitsPerKey + 511) / 512)])
    {
    }

    private KeyFilter(ulong[] words)
    {
        _words = words;
        _lines = (ulong)(words.Length / LineWords);
    }

    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(_words.AsSpan());

    /// <param name="pieces"><see cref="Bytes"/>, as it was cut.</param>
    public static KeyFilter Of(IReadOnlyList<byte[]> pieces)
    {
        var words = new ulong[pieces.Sum(piece => (long)piece.Length) / sizeof(ulong)];
        var rest = MemoryMarshal.AsBytes(words.AsSpan());
        foreach (var piece in pieces)
        {
            piece.CopyTo(rest);
            rest = rest[piece.Length..];
        }
        return new(words);
    }

    public void Add(in EventKey key)
    {
        var bits = Hash(key);
        var line = Line(bits);
        for (var i = 0; i < BitsSet; i++, bits >>= 6)
            line[i] |= 1UL << (int)(bits & 63);
    }

    /// <returns>False: certainly not added. True: probably added.</returns>
    public bool MayContain(ulong hash)
    {
        var line = Line(hash);
        for (var i = 0; i < BitsSet; i++, hash >>= 6)
            if ((line[i] & (1UL << (int)(hash & 63))) == 0) return false;
        return true;
    }

    /// <summary>Written into files: it must never change.</summary>
    public static ulong Hash(in EventKey key)
    {
        var hash = (key.UserHash ^ (key.High * 0x9e3779b97f4a7c15)) + (key.Low * 0xc2b2ae3d27d4eb4f);
        hash = (hash ^ (hash >> 32)) * 0xd6e8feb86659fd93;
        hash = (hash ^ (hash >> 32)) * 0xd6e8feb86659fd93;
        return hash ^ (hash >> 32);
    }

    /// <summary>One bit in each word of the line: of the hash, 48 low bits say which; all of it says which
    /// line.</summary>
    private Span<ulong> Line(ulong hash) =>
        _words.AsSpan((int)(Math.BigMul(hash, _lines, out _) * LineWords), LineWords);
}
