using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engage.Neural;

/// <summary>
/// Exact retrieval from a third of the memory: a quantized copy of the items is read instead of them, which bounds each
/// score from both sides, and only items whose upper bound reaches the k-th greatest lower one are scored by
/// <see cref="TopKRetrieval"/>. The answer is its answer to the last bit.
/// </summary>
/// <remarks>
/// <para>It is for one user and for few: items of single bytes lie side by side as the hardware multiplies them, so
/// nothing is transposed on the way, and a third is read. Buffers belong to one caller; nothing is allocated once they
/// have grown.</para>
/// <para>Rejected: an approximate index (a graph, or lists around centroids). What it finds depends on when it was
/// built, learning changes thousands of rows a second, and it has to be searched widely to find what this finds
/// surely.</para>
/// </remarks>
public sealed unsafe class QuantizedRetrieval
{
    // Below it, everything would be a candidate.
    private const int ItemsPerK = 4;
    private const int UsersAbreast = 4;
    private const int Rows = QuantizedLayout.RowsPerPage;

    private readonly TopKRetrieval _exact = new();
    private readonly QuantizedQueries _queries = new();
    private readonly CoarseCandidates _candidates = new();
    private readonly int[] _sums = new int[UsersAbreast * Rows];
    private int[] _items = [];
    private float[] _rows = [];

    /// <summary>Searches the rows of a table.</summary>
    /// <inheritdoc cref="Search{TFilter}"/>
    public void Search(
        PagedRows<float> items, QuantizedRows coarse, ReadOnlySpan<float> users, int k, Span<int> indices,
        Span<float> scores) => Search(items, coarse, users, k, default(EveryItem), indices, scores);

    /// <summary>Searches the rows of a table for what each user may be given.</summary>
    /// <param name="coarse">The quantized copy of <paramref name="items"/>, of the same moment.</param>
    /// <param name="users">[users, dimensions], row-major.</param>
    /// <param name="indices">[users, k]: each user's items, best first; -1 where there are fewer than k.</param>
    /// <param name="scores">[users, k]: their scores; -∞ where there are fewer.</param>
    /// <exception cref="ArgumentException">The copy is of another table, a length is not a multiple of the dimensions,
    /// or a result is not [users, k].</exception>
    public void Search<TFilter>(
        PagedRows<float> items, QuantizedRows coarse, ReadOnlySpan<float> users, int k, TFilter filter,
        Span<int> indices, Span<float> scores)
        where TFilter : struct, ICandidateFilter, allows ref struct
    {
        if (items.Count != coarse.Count || items.Width != coarse.Layout.Dimensions)
            throw new ArgumentException(
                $"The quantized copy has {coarse.Count} rows of {coarse.Layout.Dimensions} dimensions, the table "
                + $"{items.Count} of {items.Width}.");
        var count = users.Length / items.Width;
        // What is wrong with the lengths, the exact search says.
        if (items.Count < (long)ItemsPerK * k || users.Length % items.Width != 0 || indices.Length != count * k
            || scores.Length != count * k || !_queries.TryBegin(users, coarse.Layout))
        {
            _exact.Search(items, users, k, filter, indices, scores);
            return;
        }

        _candidates.Begin(count, k);
        Sweep(coarse, count, in filter);
        for (var user = 0; user < count; user++)
            Refine(
                items, users.Slice(user * items.Width, items.Width), user, k, indices.Slice(user * k, k),
                scores.Slice(user * k, k));
    }

    /// <summary>Whether k others that a user may be given surely have a greater score than an item: then it is none of
    /// her k best. Reads as far as it takes to know, which for most items is a small part of the copy.</summary>
    /// <param name="user">[dimensions].</param>
    /// <returns>False for an item that is among the best, and for a few that are not.</returns>
    public bool IsBeaten<TFilter>(QuantizedRows coarse, ReadOnlySpan<float> user, int item, int k, TFilter filter)
        where TFilter : struct, ICandidateFilter, allows ref struct
    {
        if (user.Length != coarse.Layout.Dimensions)
            throw new ArgumentException($"Rows have {coarse.Layout.Dimensions} dimensions; the user {user.Length}.");
        if (!_queries.TryBegin(user, coarse.Layout))
            return false;
        var own = BoundsOf(coarse, item / Rows);
        var bar = Vector512.Create(own.Upper[item % Rows]);
        var pages = (coarse.Count + Rows - 1) / Rows;
        for (var page = 0; page < pages; page++)
        {
            var which = Vector512.GreaterThan(BoundsOf(coarse, page).Lower, bar).ExtractMostSignificantBits()
                & InUse(coarse, page);
            for (; which != 0; which &= which - 1)
                if (filter.Admits(0, (page * Rows) + BitOperations.TrailingZeroCount(which)) && --k == 0)
                    return true;
        }

        return false;
    }

    private static uint InUse(QuantizedRows coarse, int page) =>
        (1u << Math.Min(Rows, coarse.Count - (page * Rows))) - 1;

    /// <summary>Of the scores of a page by the only user.</summary>
    private Bounds BoundsOf(QuantizedRows coarse, int page)
    {
        var layout = coarse.Layout;
        fixed (int* levels = _queries.Levels, sums = _sums)
        fixed (sbyte* items = coarse.Pages.WholePage(page))
        {
            QuantizedDots.Run(items, layout.Pairs, levels, 1, sums);
            return BoundsOf((float*)(items + layout.FloatsAt), layout.Exact, sums, 0);
        }
    }

    private void Sweep<TFilter>(QuantizedRows coarse, int users, in TFilter filter)
        where TFilter : struct, ICandidateFilter, allows ref struct
    {
        var layout = coarse.Layout;
        var pages = (coarse.Count + Rows - 1) / Rows;
        fixed (int* levels = _queries.Levels, sums = _sums)
            for (var page = 0; page < pages; page++)
            {
                // Pages lie apart, where the hardware's own prefetching does not look.
                if (page + 1 < pages)
                    CacheLines.Prefetch(coarse.Pages.WholePage(page + 1));
                var inUse = InUse(coarse, page);
                fixed (sbyte* items = coarse.Pages.WholePage(page))
                    for (var user = 0; user < users; user += UsersAbreast)
                    {
                        var some = Math.Min(UsersAbreast, users - user);
                        QuantizedDots.Run(items, layout.Pairs, levels + (user * layout.Pairs), some, sums);
                        for (var i = 0; i < some; i++)
                            Bound(
                                (float*)(items + layout.FloatsAt), layout.Exact, sums + (i * Rows), user + i,
                                page * Rows, inUse, in filter);
                    }
            }
    }

    /// <summary>Takes in the items of a page that can be among the best of one user.</summary>
    /// <param name="floats">The page's scales, errors and exact dimensions.</param>
    private void Bound<TFilter>(
        float* floats, int exact, int* sums, int user, int firstItem, uint inUse, in TFilter filter)
        where TFilter : struct, ICandidateFilter, allows ref struct
    {
        var (lower, upper) = BoundsOf(floats, exact, sums, user);
        var which = Vector512.GreaterThan(upper, Vector512.Create(_candidates.ThresholdOf(user)))
            .ExtractMostSignificantBits() & inUse;
        if (which == 0)
            return;
        var bounds = stackalloc float[2 * Rows];
        lower.Store(bounds);
        upper.Store(bounds + Rows);
        _candidates.Take(user, which, bounds, bounds + Rows, firstItem, in filter);
    }

    /// <summary>Turns the sums of a page into bounds of its scores by one user.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Bounds BoundsOf(float* floats, int exact, int* sums, int user)
    {
        var scale = Vector512.Load(floats);
        var score = Vector512.ConvertToSingle(Vector512.Load(sums)) * (scale * _queries.Scales[user]);
        var off = Vector512<float>.Zero;
        for (var d = 0; d < exact; d++)
        {
            var product = Vector512.Load(floats + ((2 + d) * Rows)) * _queries.Exact[(user * exact) + d];
            score += product;
            off += Vector512.Abs(product);
        }

        off = (off * _queries.PerExact) + (scale * _queries.PerScale[user])
            + (Vector512.Load(floats + Rows) * _queries.PerError[user]);
        return new(score - off, score + off);
    }

    /// <summary>The true best of a user's candidates.</summary>
    private void Refine(
        PagedRows<float> items, ReadOnlySpan<float> user, int number, int k, Span<int> indices, Span<float> scores)
    {
        if (_items.Length < _candidates.LengthOf(number))
            _items = new int[_candidates.LengthOf(number)];
        if (_rows.Length < _candidates.LengthOf(number) * items.Width)
            _rows = new float[_candidates.LengthOf(number) * items.Width];
        var count = _candidates.Finish(number, _items);
        for (var i = 0; i < count; i++)
            CacheLines.Prefetch(items[_items[i]]);
        for (var i = 0; i < count; i++)
            items[_items[i]].CopyTo(_rows.AsSpan(i * items.Width));
        _exact.Search(_rows.AsSpan(0, count * items.Width), user, items.Width, k, indices, scores);
        foreach (ref var index in indices)
            if (index >= 0)
                index = _items[index];
    }

    /// <summary>Between which the scores of a page's items are.</summary>
    private readonly record struct Bounds(Vector512<float> Lower, Vector512<float> Upper);
}
