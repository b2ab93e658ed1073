using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// How often each item was taken lately, at several half-lives at once, with the leaders of each kept in order.
/// </summary>
/// <remarks>
/// Nothing is decayed: the weight of a new event grows by 2^(1/halfLife) per event (or by 2^(dt/halfLife) with time)
/// and the column is scaled down when the weight nears the end of the range. All scores of a column shrink alike, so
/// only the item just taken can change its place, and a leader list is kept exact by moving one entry up. Real score =
/// stored score / weight.
/// </remarks>
internal sealed class Trends
{
    private const double WeightMax = 1e15;

    /// <summary>Leaders kept per column: a user who has had all of them gets none from this source.</summary>
    public const int LeadersMax = 512;

    private readonly double[] _eventGrowth;
    private readonly double[] _perMs;
    private readonly double[] _weights;
    private readonly PagedTable<float> _scores;
    private readonly int[][] _leaders;
    private readonly bool[] _leadersShared;
    private readonly Retired<int[]> _retired;
    private long _nowMs = long.MinValue;

    /// <param name="events">Half-lives in events; infinity counts without forgetting.</param>
    /// <param name="times">Half-lives of further columns, in the stream's time.</param>
    /// <param name="pages">Numbers the views of what is frozen.</param>
    public Trends(IReadOnlyList<double> events, IReadOnlyList<TimeSpan> times, PageClock? pages = null)
    {
        Columns = events.Count + times.Count;
        _eventGrowth = [.. events.Select(h => Math.Pow(2, 1 / h)), .. times.Select(_ => 1.0)];
        _perMs = [.. events.Select(_ => 0.0), .. times.Select(h => Math.Log(2) / h.TotalMilliseconds)];
        _weights = new double[Columns];
        Array.Fill(_weights, 1);
        _scores = new(Columns, clock: pages);
        _leaders = new int[Columns][];
        Array.Fill(_leaders, []);
        (_leadersShared, _retired) = (new bool[Columns], new(pages));
    }

    public int Columns { get; }

    public void GrowTo(int items) => _scores.GrowTo(items);

    /// <summary>Counts one engagement with <paramref name="item"/>.</summary>
    public void Add(int item, float weight, long atMs)
    {
        Advance(atMs);
        var row = _scores.Writable(item);
        for (var c = 0; c < Columns; c++)
            row[c] += (float)(weight * _weights[c]);
        for (var c = 0; c < Columns; c++)
            Promote(c, item, row[c]);
    }

    public TrendsView Live => new(_scores.Live, _leaders, _weights, _perMs, _nowMs);

    public TrendsView Freeze()
    {
        Array.Fill(_leadersShared, true);
        return new(_scores.Freeze(), (int[][])_leaders.Clone(), (double[])_weights.Clone(), _perMs, _nowMs);
    }

    /// <param name="name">What the parts are saved under.</param>
    public void Carry(ModelState state, string name = "trends")
    {
        // They change in place.
        var leaders = Array.ConvertAll(_leaders, own => (int[])own.Clone());
        state.Table($"{name}.scores", _scores);
        state.Fixed($"{name}.weights", _weights);
        state.Value($"{name}.now_ms", ref _nowMs);
        state.Lists($"{name}.leaders", ref leaders);
        if (state.Loading)
            leaders.CopyTo(_leaders, 0);
    }

    private void Advance(long atMs)
    {
        // A late event counts as one of now: the order of arrival is the order of the stream.
        var passed = _nowMs == long.MinValue ? 0 : Math.Max(0, atMs - _nowMs);
        _nowMs = Math.Max(_nowMs, atMs);
        for (var c = 0; c < Columns; c++)
        {
            _weights[c] *= _eventGrowth[c] * Math.Exp(Math.Min(700, passed * _perMs[c]));
            if (_weights[c] > WeightMax)
                Rescale(c);
        }
    }

    private void Rescale(int column)
    {
        for (var item = 0; item < _scores.Count; item++)
            if (_scores.Row(item)[column] != 0)
                _scores.Writable(item)[column] = (float)(_scores.Row(item)[column] / _weights[column]);
        _weights[column] = 1;
    }

    private int[] Replace(int[] shared)
    {
        // As long as leaders are few, their lists are of different lengths, and short.
        if (!_retired.TryTake(out var own) || own.Length != shared.Length)
            own = new int[shared.Length];
        shared.CopyTo(own, 0);
        _retired.Add(shared, -1, 4 * Columns);
        return own;
    }

    private void Promote(int column, int item, float score)
    {
        var place = Array.IndexOf(_leaders[column], item);
        if (place < 0)
        {
            place = _leaders[column].Length;
            if (place == LeadersMax && score <= _scores.Row(_leaders[column][place - 1])[column])
                return;
            var longer = Math.Min(LeadersMax, place + 1);
            if (longer > place)
            {
                Array.Resize(ref _leaders[column], longer);
                _leadersShared[column] = false;
            }

            place = longer - 1;
        }

        if (_leadersShared[column])
        {
            _leaders[column] = Replace(_leaders[column]);
            _leadersShared[column] = false;
        }

        var leaders = _leaders[column].AsSpan(0, place + 1);
        var better = Better(leaders[..place], column, score);
        leaders[better..place].CopyTo(leaders[(better + 1)..]);
        leaders[better] = item;
    }

    /// <summary>How many leaders, best first, have a greater score. Found by halving: their scores lie anywhere, and
    /// what is new to the list of a short half-life passes nearly all of it.</summary>
    private int Better(ReadOnlySpan<int> leaders, int column, float score)
    {
        var (from, to) = (0, leaders.Length);
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (_scores.Row(leaders[middle])[column] <= score)
                to = middle;
            else
                from = middle + 1;
        }

        return to;
    }
}

/// <summary>The trends at one moment.</summary>
internal readonly struct TrendsView(
    PagedRows<float> scores, int[][] leaders, double[] weights, double[] perMs, long nowMs)
{
    public int Columns => weights.Length;

    public ReadOnlySpan<int> Leaders(int column) => leaders[column];

    public ReadOnlySpan<float> Stored(int item) => scores[item];

    /// <summary>The highest stored score of each column, 0 where nothing was taken: [Columns].</summary>
    public void Best(Span<float> into)
    {
        for (var c = 0; c < weights.Length; c++)
            into[c] = leaders[c].Length == 0 ? 0 : scores[leaders[c][0]][c];
    }

    /// <summary>What a stored score must be multiplied by to be in engagements of now: [Columns].</summary>
    public void Scales(Span<float> into, long askedAtMs)
    {
        for (var c = 0; c < weights.Length; c++)
        {
            var passed = nowMs == long.MinValue ? 0 : Math.Max(0, askedAtMs - nowMs);
            into[c] = (float)(Math.Exp(-passed * perMs[c]) / weights[c]);
        }
    }
}
