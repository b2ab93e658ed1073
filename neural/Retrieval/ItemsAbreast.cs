namespace Engage.Neural;

/// <summary>
/// Scores of few users: blocks of items are transposed, so that items lie side by side in the registers. To transpose
/// them costs as much as scoring several users, but a register that holds one user and fifteen empty lanes costs more.
/// </summary>
internal sealed unsafe class ItemsAbreast
{
    /// <summary>More users than these are quicker side by side.</summary>
    public const int UsersMax = 10;

    // Four registers across hide the latency of a sum for a single user; with 76 dimensions they are 19 KB.
    private const int Width = 64;

    private readonly float[] _scores = new float[UsersMax * Width];
    private readonly float[] _zeros = new float[Width];
    private float[] _users = [];
    private float[] _panel = [];
    private int _count;
    private int _dimensions;
    private int _waiting;

    /// <summary>Allocates all that a search will need.</summary>
    public void Reserve(int dimensions)
    {
        if (_panel.Length < dimensions * Width)
            (_users, _panel) = (new float[UsersMax * dimensions], new float[dimensions * Width]);
    }

    /// <param name="users">[users, dimensions], row-major; copied. At most <see cref="UsersMax"/>.</param>
    public void Begin(ReadOnlySpan<float> users, int dimensions)
    {
        (_count, _dimensions, _waiting) = (users.Length / dimensions, dimensions, 0);
        users.CopyTo(_users);
    }

    /// <param name="rows">[count, dimensions].</param>
    /// <param name="firstItem">Number of the first of them.</param>
    /// <param name="isLast">Whether all of them are to be scored now; some wait for others otherwise.</param>
    public void Add<TFilter>(
        float* rows, int count, int firstItem, bool isLast, BestCandidates best, in TFilter filter)
        where TFilter : struct, ICandidateFilter, allows ref struct
    {
        fixed (float* panel = _panel)
            for (var row = 0; row < count;)
            {
                var taken = Math.Min(Width - _waiting, count - row);
                MatrixTransposition.Run(
                    rows + ((nint)row * _dimensions), panel + _waiting, taken, _dimensions, Width);
                row += taken;
                _waiting += taken;
                if (_waiting == Width || (isLast && row == count))
                    Score(panel, firstItem + row - _waiting, best, in filter);
            }
    }

    private void Score<TFilter>(float* panel, int firstItem, BestCandidates best, in TFilter filter)
        where TFilter : struct, ICandidateFilter, allows ref struct
    {
        fixed (float* users = _users, scores = _scores, zeros = _zeros)
        {
            new MatrixProduct
            {
                A = users, RowStride = _dimensions, ColumnStride = 1, B = panel, BStride = Width, C = scores,
                CStride = Width, Start = zeros, Floor = float.NegativeInfinity,
                Rows = _count, Depth = _dimensions, Columns = _waiting,
            }.Run();
            for (var user = 0; user < _count; user++)
                best.TakeItems(scores + (user * Width), _waiting, user, firstItem, in filter);
        }

        _waiting = 0;
    }
}
