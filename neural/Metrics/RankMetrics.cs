namespace Engage.Neural;

/// <summary>Metrics of one query by the place of its one relevant item: 1 for the first, 0 when it was not in the
/// list.</summary>
public static class RankMetrics
{
    /// <summary>HR@k: 1 when the item is among the first k.</summary>
    public static double HitRate(int rank, int k) => rank >= 1 && rank <= k ? 1 : 0;

    /// <summary>NDCG@k: 1 / log2(1 + rank) within the first k; with one relevant item the ideal is 1.</summary>
    public static double Ndcg(int rank, int k) => rank >= 1 && rank <= k ? 1 / Math.Log2(1 + rank) : 0;

    /// <summary>1 / rank; its mean is MRR.</summary>
    public static double ReciprocalRank(int rank) => rank >= 1 ? 1.0 / rank : 0;

    /// <summary>The place of one score among all: 1 + those that are higher + half of those that tie, rounded up, so
    /// that a model that says the same of everything earns nothing by it. A score that is not a number is the last,
    /// whatever the others are: a broken model earns nothing either.</summary>
    public static int Rank(ReadOnlySpan<float> scores, int relevant)
    {
        if (float.IsNaN(scores[relevant]))
            return scores.Length;
        int higher = 0, tied = 0;
        foreach (var score in scores)
        {
            higher += score > scores[relevant] ? 1 : 0;
            tied += score.Equals(scores[relevant]) ? 1 : 0;
        }

        return 1 + higher + (tied / 2);
    }
}

/// <summary>Means of <see cref="RankMetrics"/> over the newest queries.</summary>
public sealed class RankWindow
{
    private readonly int[] _ranks;

    /// <param name="size">Queries kept, at least 1.</param>
    public RankWindow(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        _ranks = new int[size];
    }

    /// <summary>Queries ever added.</summary>
    public long Queries { get; private set; }

    private ReadOnlySpan<int> Ranks => _ranks.AsSpan(0, (int)Math.Min(Queries, _ranks.Length));

    /// <summary>Adds a query by the place of its relevant item, 0 when it was not in the list.</summary>
    public void Add(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        _ranks[Queries++ % _ranks.Length] = rank;
    }

    /// <summary>Means over the window; 0 for no queries.</summary>
    public (double HitRate, double Ndcg, double ReciprocalRank) Read(int k)
    {
        double hits = 0, gains = 0, reciprocals = 0;
        foreach (var rank in Ranks)
        {
            hits += RankMetrics.HitRate(rank, k);
            gains += RankMetrics.Ndcg(rank, k);
            reciprocals += RankMetrics.ReciprocalRank(rank);
        }

        var n = Math.Max(1, Ranks.Length);
        return (hits / n, gains / n, reciprocals / n);
    }
}
