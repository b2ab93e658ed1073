namespace Engage.Neural;

/// <summary>
/// Scores of many users: they lie side by side in the registers, and each float of an item is multiplied with all of
/// them. Items are read as they lie.
/// </summary>
internal sealed unsafe class UsersAbreast
{
    // 16 rows of 64 floats, the next 16, their 64 scores each and a panel of 64 users fill 28 KiB together.
    private const int RowsPerBlock = 16;
    private const int UsersPerGroup = 64;

    private float[] _panels = [];
    private float[] _scores = [];
    private float[] _zeros = [];
    private int _users;
    private int _dimensions;

    /// <param name="users">[users, dimensions], row-major; copied.</param>
    public void Begin(ReadOnlySpan<float> users, int dimensions)
    {
        (_users, _dimensions) = (users.Length / dimensions, dimensions);
        Grow(ref _panels, Padded(_users) * dimensions);
        Grow(ref _scores, RowsPerBlock * UsersPerGroup);
        Grow(ref _zeros, UsersPerGroup);
        for (var first = 0; first < _users; first += UsersPerGroup)
            FillPanel(users, first);
    }

    /// <param name="rows">[count, dimensions].</param>
    /// <param name="firstItem">Number of the first of them.</param>
    public void Add<TFilter>(float* rows, int count, int firstItem, BestCandidates best, in TFilter filter)
        where TFilter : struct, ICandidateFilter, allows ref struct
    {
        fixed (float* panels = _panels, scores = _scores, zeros = _zeros)
            for (var row = 0; row < count; row += RowsPerBlock)
            {
                var block = Math.Min(RowsPerBlock, count - row);
                // The product reads four rows at a time, which the hardware's own prefetching follows badly.
                CacheLines.Prefetch(new ReadOnlySpan<float>(
                    rows + ((nint)(row + block) * _dimensions),
                    Math.Min(RowsPerBlock, count - row - block) * _dimensions));
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
                    best.TakeRows(scores, block, width, first, firstItem + row, in filter);
                }
            }
    }

    /// <summary>Whole registers, so that no user is scored by single floats.</summary>
    public static int Padded(int users)
    {
        var lanes = Lanes512.IsSupported ? Lanes512.Count
            : Lanes256.IsSupported ? Lanes256.Count
            : Lanes128.IsSupported ? Lanes128.Count : Lanes1.Count;
        return (users + lanes - 1) / lanes * lanes;
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

    private static void Grow(ref float[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new float[length];
    }
}
