namespace Engage.Recommend;

/// <summary>Which source nominated a candidate; several may.</summary>
[Flags]
internal enum Sources
{
    None = 0,
    Ties = 1,
    Trends = 2,
    Towers = 4,
    Followed = 8,
    Content = 16,
    Newest = 32,
}

/// <summary>
/// Buffers for answering one query at a time, reused by one thread. Marks are compared with a running number instead of
/// being cleared, so the cost of a query does not depend on the size of the catalogue except where a source scans it.
/// </summary>
internal sealed class Scratch
{
    private int[] _excluded = [];
    private Tied[] _tied = [];
    private int[] _chosen = [];
    private Likeness[] _alike = [];
    private int _number;

    /// <summary>Tie sums [items, <see cref="FeatureLayout.TieSums"/>]; valid where touched.</summary>
    public float[] TieSums = [];

    /// <summary>Numbers of the user's recent items, oldest first; -1 for unknown ones.</summary>
    public ReadOnlySpan<int> Recent => Asked.Recent.All;

    /// <summary>How many items back each recent one lies.</summary>
    public ReadOnlySpan<int> Places => Asked.Places.All;

    /// <summary>Numbers of the creators the user follows; -1 for unknown ones.</summary>
    public ReadOnlySpan<int> Followed => Asked.Followed.All;

    /// <summary>The query these buffers work on.</summary>
    public PreparedQuery Asked { get; private set; } = new();

    /// <summary>Items alike to a recent one, each once.</summary>
    public List<int> AlikeItems { get; } = [];

    /// <summary>Items touched by ties in this query.</summary>
    public int[] Touched = [];

    public int TouchedCount;

    /// <summary>The candidates of this query.</summary>
    public List<int> Candidates { get; } = [];

    /// <summary>What is chosen after the towers' choice, in this order; may hold an item twice.</summary>
    public Rows<(int Item, Sources Source)> Later { get; } = new();

    /// <summary>The newest items that may be chosen, of the list that was last looked at.</summary>
    public Rows<int> Newest { get; } = new();

    /// <summary>Sources of each item; valid where chosen.</summary>
    public Sources[] Nominated = [];

    public TopK Top { get; } = new();

    /// <summary>For each way to sum up ties that nominates.</summary>
    public TopK[] TieTops { get; } = [.. Enumerable.Range(0, CandidateSource.TieLists).Select(_ => new TopK())];

    public AttentionScratch Attention { get; } = new();

    /// <summary>[candidates, <see cref="FeatureLayout.Logs"/>].</summary>
    public Rows<float> Logs { get; } = new();

    /// <summary>Creators of the recent items, -1 where unknown.</summary>
    public Rows<int> Creators { get; } = new();

    /// <summary>Starts a query over <paramref name="items"/> items.</summary>
    public void Begin(int items, PreparedQuery asked)
    {
        Asked = asked;
        if (_number == int.MaxValue)
            ForgetMarks();
        _number++;
        TouchedCount = 0;
        Candidates.Clear();
        AlikeItems.Clear();
        Later.Clear();
        if (items <= _excluded.Length)
            return;
        var size = Math.Max(items, 2 * _excluded.Length);
        Array.Resize(ref _excluded, size);
        Array.Resize(ref _tied, size);
        Array.Resize(ref _chosen, size);
        Array.Resize(ref _alike, size);
        Array.Resize(ref TieSums, size * FeatureLayout.TieSums);
        Array.Resize(ref Touched, size);
        Array.Resize(ref Nominated, size);
    }

    public void Exclude(int item) => _excluded[item] = _number;

    /// <summary>Whether an item must not be chosen: the user has had or dismissed it, or the rules forbid it.</summary>
    public bool IsBarred(int item) => IsExcluded(item) || Asked.Forbids(item);

    /// <summary>Whether the user has had or dismissed an item; false for items that came after the query
    /// began.</summary>
    public bool IsExcluded(int item) => item < _excluded.Length && _excluded[item] == _number;

    public bool IsTouched(int item) => _tied[item].Mark == _number;

    /// <summary>Recent items tied to an item; valid where touched.</summary>
    public int TieCount(int item) => _tied[item].Count;

    public bool IsChosen(int item) => _chosen[item] == _number;

    /// <summary>Whether an item is chosen or will be, whatever the towers say.</summary>
    public bool WillBeChosen(int item)
    {
        foreach (var (other, _) in Later.All)
            if (other == item)
                return true;
        return IsChosen(item);
    }

    /// <summary>Counts a tie of an item; true at the first of this query, when its sums still hold another
    /// query's.</summary>
    public bool Touch(int item)
    {
        ref var tied = ref _tied[item];
        if (tied.Mark == _number)
        {
            tied.Count++;
            return false;
        }

        tied = new(_number, 1);
        Touched[TouchedCount++] = item;
        return true;
    }

    public bool IsAlike(int item) => _alike[item].Mark == _number;

    /// <summary>Largest similarity of content to a recent item; valid where alike.</summary>
    public float Alike(int item) => _alike[item].Most;

    /// <summary>Sum over recent items of similarity times the quick decay; valid where alike.</summary>
    public float AlikeSum(int item) => _alike[item].Sum;

    /// <summary>Records that an item is alike to a recent one whose weight by place is
    /// <paramref name="weight"/>.</summary>
    public void AddAlike(int item, float similarity, float weight)
    {
        ref var alike = ref _alike[item];
        if (alike.Mark != _number)
        {
            alike = new() { Mark = _number };
            AlikeItems.Add(item);
        }

        alike.Most = MathF.Max(alike.Most, similarity);
        alike.Sum += similarity * weight;
    }

    /// <summary>Makes an item a candidate.</summary>
    public void Choose(int item, Sources source)
    {
        if (_chosen[item] == _number)
        {
            Nominated[item] |= source;
            return;
        }

        _chosen[item] = _number;
        Nominated[item] = source;
        Candidates.Add(item);
    }

    /// <summary>Running numbers start again, after days of queries: marks of the first round must not come
    /// true.</summary>
    private void ForgetMarks()
    {
        _number = 0;
        Array.Clear(_excluded);
        Array.Clear(_tied);
        Array.Clear(_chosen);
        Array.Clear(_alike);
    }

    /// <summary>How often an item was tied in the query of the mark: one place in memory, for items lie
    /// anywhere.</summary>
    private record struct Tied(int Mark, int Count);

    /// <summary>How alike an item is in the query of the mark.</summary>
    private struct Likeness
    {
        public int Mark;
        public float Most;
        public float Sum;
    }
}
