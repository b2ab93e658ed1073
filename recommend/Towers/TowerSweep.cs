using System.Numerics;
using System.Runtime.InteropServices;

namespace Engage.Recommend;

/// <summary>
/// Finds the best items of the two-tower model for several users in one sweep over the catalogue. The items' vectors
/// are the largest thing that scoring reads: with 100,000 items of 76 floats 30 MB, more than a core's caches hold. A
/// block of items is read once and met by all users of the batch while it is in the first-level cache; alone, each
/// would wait for the memory anew.
/// </summary>
/// <remarks>
/// A user's logits do not depend on who else is in the batch, not even in the last bit. Rejected for that: a matrix
/// product over transposed blocks, which adds in another order than a user alone would.
/// </remarks>
internal sealed class TowerSweep
{
    // 64 rows of 76 floats are 19 kB.
    private const int ItemsPerBlock = 64;

    private readonly List<TopK> _tops = [];
    private readonly List<ulong[]> _excluded = [];
    private readonly float[] _logits = new float[ItemsPerBlock];

    /// <param name="count">How many items each query gets in <see cref="PreparedQuery.Towers"/>, at most.</param>
    public void Find(TwoTowerView towers, ReadOnlySpan<PreparedQuery> queries, ReadOnlySpan<int> count)
    {
        Begin(towers.Count, queries, count);
        try
        {
            Sweep(towers, queries);
        }
        finally
        {
            // Whatever happens, the next batch must not inherit what these users have had.
            for (var q = 0; q < queries.Length; q++)
                foreach (var item in queries[q].Excluded.All)
                    _excluded[q][item >> 6] = 0;
        }

        for (var q = 0; q < queries.Length; q++)
        {
            var best = _tops[q].End();
            best.CopyTo(queries[q].Towers.Extend(best.Length));
        }
    }

    private void Sweep(TwoTowerView towers, ReadOnlySpan<PreparedQuery> queries)
    {
        for (var from = 0; from < towers.Count; from += ItemsPerBlock)
        {
            var logits = _logits.AsSpan(0, Math.Min(ItemsPerBlock, towers.Count - from));
            for (var q = 0; q < queries.Length; q++)
            {
                towers.Logits(queries[q].User.All, from, logits);
                Offer(logits, from, queries[q], _tops[q], _excluded[q]);
            }
        }
    }

    private void Begin(int items, ReadOnlySpan<PreparedQuery> queries, ReadOnlySpan<int> count)
    {
        var words = (items + 63) >> 6;
        for (var q = 0; q < queries.Length; q++)
        {
            if (q == _tops.Count)
            {
                _tops.Add(new());
                _excluded.Add([]);
            }

            _tops[q].Begin(count[q]);
            if (_excluded[q].Length < words)
                _excluded[q] = new ulong[words + (words / 2)];
            foreach (var item in queries[q].Excluded.All)
                _excluded[q][item >> 6] |= 1ul << item;
        }
    }

    /// <summary>Most vectors hold nothing above the bar, and cost one comparison. Items come in ascending order, so a
    /// tie with the bar is below it: with a cold model, whose logits are all equal, the first ones stay.</summary>
    private static void Offer(
        ReadOnlySpan<float> logits, int from, PreparedQuery query, TopK top, ulong[] excluded)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(logits);
        for (var v = 0; v < vectors.Length; v++)
            if (Vector.GreaterThanOrEqualAny(vectors[v], new Vector<float>(top.AscendingBar)))
                OfferEach(logits.Slice(v * Vector<float>.Count, Vector<float>.Count), from + (v * Vector<float>.Count),
                    query, top, excluded);
        var rest = vectors.Length * Vector<float>.Count;
        OfferEach(logits[rest..], from + rest, query, top, excluded);
    }

    private static void OfferEach(
        ReadOnlySpan<float> logits, int from, PreparedQuery query, TopK top, ulong[] excluded)
    {
        for (var i = 0; i < logits.Length; i++)
            if (logits[i] >= top.AscendingBar && (excluded[(from + i) >> 6] & (1ul << (from + i))) == 0
                && !query.Forbids(from + i))
                top.Offer(logits[i], from + i);
    }
}
