namespace Engage.Evaluation;

/// <summary>
/// Accumulates ranking metrics over tests with one relevant item each: HR@k (share of tests whose item is in the first
/// k), NDCG@k (mean of 1 / log2(1 + rank) inside the first k) and MRR (mean of 1 / rank). An item that is not in the
/// list has no rank and adds 0 to all three, so MRR is a lower bound when lists are cut: state the length of the lists
/// beside it.
/// </summary>
public sealed class RankingMetrics(int cutoff = 10)
{
    private double _hits;
    private double _gain;
    private double _reciprocal;

    /// <summary>The k of HR@k and NDCG@k.</summary>
    public int Cutoff { get; } = cutoff;

    /// <summary>Tests so far.</summary>
    public long Count { get; private set; }

    /// <summary>HR@k in [0, 1]; 0 before the first test.</summary>
    public double HitRate => Mean(_hits);

    /// <summary>NDCG@k in [0, 1]; 0 before the first test.</summary>
    public double Ndcg => Mean(_gain);

    /// <summary>Mean reciprocal rank in [0, 1]; 0 before the first test.</summary>
    public double Mrr => Mean(_reciprocal);

    /// <summary>Adds one test.</summary>
    /// <param name="rank">Place of the relevant item, 1 for the first; 0 when it is not in the list.</param>
    public void Add(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        Count++;
        if (rank == 0)
            return;
        _reciprocal += 1.0 / rank;
        if (rank > Cutoff)
            return;
        _hits++;
        _gain += 1.0 / Math.Log2(1 + rank);
    }

    /// <summary>Place of <paramref name="item"/> in <paramref name="list"/>, 1 for the first; 0 when absent.</summary>
    public static int RankOf(string item, IReadOnlyList<string> list)
    {
        ArgumentNullException.ThrowIfNull(list);
        for (var i = 0; i < list.Count; i++)
            if (string.Equals(list[i], item, StringComparison.Ordinal))
                return i + 1;
        return 0;
    }

    private double Mean(double sum) => Count == 0 ? 0 : sum / Count;
}
