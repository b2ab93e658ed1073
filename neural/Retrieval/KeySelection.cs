using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engage.Neural;

/// <summary>
/// Selection of the greatest of some distinct keys. A pivot is searched by halving the range of values: each probe
/// counts, without a branch, the keys that are at least the pivot, and a dozen probes find one that parts the list
/// where it should. Rejected: partitioning around keys (quickselect), whose every comparison is a branch that nobody
/// can predict; it took several times as long for a few hundred keys.
/// </summary>
public static class KeySelection
{
    /// <summary>Moves the greatest <paramref name="count"/> keys to the front, in no order; what lies behind them is
    /// lost.</summary>
    /// <param name="keys">Distinct, as <see cref="ScoreKeys"/> are.</param>
    /// <param name="count">From 1 to the number of keys.</param>
    /// <returns>The least of them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many keys.</exception>
    public static ulong MoveGreatestFirst(Span<ulong> keys, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, keys.Length);
        var pivot = Pivot(keys, count);
        var kept = 0;
        // Every key is written to the next place, and the next one over it unless it is to stay: no branch.
        foreach (var key in keys)
        {
            keys[kept] = key;
            var stays = key >= pivot;
            kept += Unsafe.BitCast<bool, byte>(stays);
        }

        return Least(keys[..count]);
    }

    private static ulong Least(ReadOnlySpan<ulong> keys)
    {
        var vectors = MemoryMarshal.Cast<ulong, Vector<ulong>>(keys);
        var leasts = new Vector<ulong>(ulong.MaxValue);
        foreach (var vector in vectors)
            leasts = Vector.Min(leasts, vector);
        var least = ulong.MaxValue;
        for (var lane = 0; lane < Vector<ulong>.Count; lane++)
            least = Math.Min(least, leasts[lane]);
        foreach (var key in keys[(vectors.Length * Vector<ulong>.Count)..])
            least = Math.Min(least, key);
        return least;
    }

    /// <summary>A value that exactly so many keys reach.</summary>
    private static ulong Pivot(ReadOnlySpan<ulong> keys, int count)
    {
        var (low, high) = (ulong.MaxValue, ulong.MinValue);
        foreach (var key in keys)
            (low, high) = (Math.Min(low, key), Math.Max(high, key));
        // At least so many keys reach low, and fewer than that exceed high.
        while (low < high)
        {
            var middle = low + ((high - low) >> 1) + 1;
            var reaching = CountAtLeast(keys, middle);
            if (reaching == count)
                return middle;
            if (reaching > count)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    private static int CountAtLeast(ReadOnlySpan<ulong> keys, ulong pivot)
    {
        var vectors = MemoryMarshal.Cast<ulong, Vector<ulong>>(keys);
        var pivots = new Vector<ulong>(pivot);
        Vector<ulong> even = default, odd = default;
        var i = 0;
        // A lane that holds is all ones, which is -1.
        for (; i + 1 < vectors.Length; i += 2)
        {
            even -= Vector.GreaterThanOrEqual(vectors[i], pivots);
            odd -= Vector.GreaterThanOrEqual(vectors[i + 1], pivots);
        }

        if (i < vectors.Length)
            even -= Vector.GreaterThanOrEqual(vectors[i], pivots);
        var count = (int)Vector.Sum(even + odd);
        foreach (var key in keys[(vectors.Length * Vector<ulong>.Count)..])
            count += key >= pivot ? 1 : 0;
        return count;
    }
}
