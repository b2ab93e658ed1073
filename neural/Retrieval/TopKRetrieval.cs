using System.Runtime.Intrinsics.X86;

namespace Engage.Neural;

/// <summary>
/// Exact retrieval: for each user of a batch the k items with the greatest inner product. Items stream by once, in
/// blocks that stay in the first cache while all users are scored against them by one matrix product; a score costs one
/// lane of a comparison unless it is among the user's best so far.
/// </summary>
/// <remarks>
/// <para>Of equal scores the lower index wins; an item whose score is NaN or -∞ is never returned. A user's answer has
/// the same bits in any batch. Nothing is allocated once the buffers have grown to the batch and k; they belong to one
/// caller.</para>
/// <para>Rejected: all scores first and a selection after it, which writes and reads users · items floats; and a heap
/// per user, which costs a walk for every score that enters, where a list that is cut back to k now and then costs a
/// store.</para>
/// </remarks>
public sealed class TopKRetrieval
{
    // 16 rows of 64 floats, the next 16, their 64 scores each and a panel of 64 users fill 28 KiB together.
    private const int RowsPerBlock = 16;
    private const int UsersPerGroup = 64;
    private const int FloatsPerCacheLine = 16;

    private readonly BestCandidates _best = new();
    private float[] _panels = [];
    private float[] _scores = [];
    private float[] _zeros = [];
    private int _users;
    private int _dimensions;
    private int _next;

    /// <summary>Searches rows that lie in one block of memory.</summary>
    /// <param name="items">[items, dimensions], row-major.</param>
    /// <param name="users">[users, dimensions], row-major.</param>
    /// <param name="indices">[users, k]: each user's items, best first; -1 where there are fewer than k.</param>
    /// <param name="scores">[users, k]: their scores; -∞ where there are fewer.</param>
    /// <exception cref="ArgumentException">A length is not a multiple of the dimensions, or a result is not [users, k].
    /// </exception>
    public void Search(
        ReadOnlySpan<float> items, ReadOnlySpan<float> users, int dimensions, int k, Span<int> indices,
        Span<float> scores)
    {
        Begin(users, dimensions, k);
        Add(items);
        Finish(indices, scores);
    }

    /// <summary>Searches the rows of a table; its width are the dimensions.</summary>
    /// <inheritdoc cref="Search(ReadOnlySpan{float}, ReadOnlySpan{float}, int, int, Span{int}, Span{float})"/>
    public void Search(
        PagedRows<float> items, ReadOnlySpan<float> users, int k, Span<int> indices, Span<float> scores)
    {
        Begin(users, items.Width, k);
        for (var row = 0; row < items.Count; row += items.RowsPerPage)
            Add(items.Page(row / items.RowsPerPage));
        Finish(indices, scores);
    }

    /// <summary>Begins a search whose items come piece by piece.</summary>
    /// <param name="users">[users, dimensions], row-major; copied.</param>
    /// <exception cref="ArgumentException">The users are not rows of so many dimensions.</exception>
    public void Begin(ReadOnlySpan<float> users, int dimensions, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        RequireRows(users.Length, dimensions, "Users");
        (_users, _dimensions, _next) = (users.Length / dimensions, dimensions, 0);
        var padded = Padded(_users);
        Grow(ref _panels, padded * dimensions);
        Grow(ref _scores, RowsPerBlock * UsersPerGroup);
        Grow(ref _zeros, UsersPerGroup);
        for (var first = 0; first < _users; first += UsersPerGroup)
            FillPanel(users, first);
        _best.Begin(_users, padded, k);
    }

    /// <summary>The next items, numbered on from those before.</summary>
    /// <param name="items">[items, dimensions], row-major.</param>
    /// <exception cref="ArgumentException">They are not rows of the dimensions that the search began with.</exception>
    public unsafe void Add(ReadOnlySpan<float> items)
    {
        RequireRows(items.Length, _dimensions, "Items");
        var count = items.Length / _dimensions;
        fixed (float* rows = items, panels = _panels, scores = _scores, zeros = _zeros)
            for (var row = 0; row < count; row += RowsPerBlock)
            {
                var block = Math.Min(RowsPerBlock, count - row);
                Prefetch(rows + ((nint)(row + block) * _dimensions), Math.Min(RowsPerBlock, count - row - block));
                for (var first = 0; first < _users; first += UsersPerGroup)
                {
                    var width = GroupWidth(first);
                    new MatrixProduct
                    {
                        A = rows + ((nint)row * _dimensions), RowStride = _dimensions, ColumnStride = 1,
                        B = panels + ((nint)first * _dimensions), BStride = width, C = scores, CStride = width,
                        Start = zeros, Floor = float.NegativeInfinity,
                        Rows = block, Depth = _dimensions, Columns = width,
                    }.Run();
                    _best.Take(scores, block, width, first, _next + row);
                }
            }

        _next += count;
    }

    /// <summary>The answers of all items since <see cref="Begin"/>.</summary>
    /// <inheritdoc cref="Search(ReadOnlySpan{float}, ReadOnlySpan{float}, int, int, Span{int}, Span{float})"/>
    public void Finish(Span<int> indices, Span<float> scores) => _best.Finish(indices, scores);

    /// <summary>Asks for the next block while this one is computed: the product reads four rows at a time, which the
    /// hardware's own prefetching follows badly.</summary>
    private unsafe void Prefetch(float* rows, int count)
    {
        if (!Sse.IsSupported)
            return;
        for (nint at = 0; at < (nint)count * _dimensions; at += FloatsPerCacheLine)
            Sse.Prefetch0(rows + at);
    }

    /// <summary>Users of a group side by side: [dimensions, group's width], zeros where there is no user.</summary>
    private void FillPanel(ReadOnlySpan<float> users, int first)
    {
        var width = GroupWidth(first);
        var panel = _panels.AsSpan(first * _dimensions, width * _dimensions);
        panel.Clear();
        for (var user = first; user < Math.Min(first + UsersPerGroup, _users); user++)
            for (var d = 0; d < _dimensions; d++)
                panel[(d * width) + user - first] = users[(user * _dimensions) + d];
    }

    private int GroupWidth(int first) => Padded(Math.Min(UsersPerGroup, _users - first));

    /// <summary>Whole registers, so that no user is scored by single floats.</summary>
    private static int Padded(int users)
    {
        var lanes = Lanes512.IsSupported ? Lanes512.Count
            : Lanes256.IsSupported ? Lanes256.Count
            : Lanes128.IsSupported ? Lanes128.Count : Lanes1.Count;
        return (users + lanes - 1) / lanes * lanes;
    }

    private static void Grow(ref float[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new float[length];
    }

    private static void RequireRows(int length, int dimensions, string what)
    {
        if (dimensions == 0 || length % dimensions != 0)
            throw new ArgumentException($"{what} must be rows of {dimensions} floats; got {length} floats.");
    }
}
