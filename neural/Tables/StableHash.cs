namespace Engage.Neural;

/// <summary>Hashes that are the same in every process and version, unlike <see cref="object.GetHashCode"/>: what is
/// saved under them is found again.</summary>
public static class StableHash
{
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>A 64-bit number for a name: FNV-1a over UTF-16, then <see cref="Mix"/>. Among a million names the
    /// chance of one collision is 3e-8.</summary>
    public static ulong Of(ReadOnlySpan<char> name)
    {
        var hash = Basis;
        foreach (var c in name)
            hash = (hash ^ c) * Prime;
        return Mix(hash);
    }

    /// <summary>Spreads a number over all 64 bits, one to one (the finalizer of SplitMix64, Steele et al.
    /// 2014).</summary>
    public static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
