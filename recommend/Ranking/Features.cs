namespace Engage.Recommend;

/// <summary>
/// The layout of a candidate's feature row. Every simple rule is an input of the ranker, so that it can learn on each
/// stream which of them to trust; the user's activity is repeated in each row, so that the trust can depend on it.
/// </summary>
internal sealed class FeatureLayout
{
    /// <summary>Logarithm of each trend's score, then its share of the leader's score.</summary>
    public const int TrendAt = UserCount;

    /// <summary>Sums of ties per candidate: each of the kinds of <see cref="CoOccurrence"/> with two weightings of the
    /// user's recent items.</summary>
    public const int TieSums = 2 * Neighbours.Kinds;

    /// <summary>Features that describe the user alone.</summary>
    public const int UserCount = 6;

    /// <summary>Logarithms among <see cref="TieExtraAt"/>: its leading features.</summary>
    public const int TieExtraLogs = 4;

    /// <summary>Logarithms among <see cref="AgeAt"/>: its leading features.</summary>
    public const int AgeLogs = 5;

    // Places are read for every row: they are computed once.
    public FeatureLayout(int trends, int towerParts)
    {
        (Trends, TowerParts, TieLogsAt) = (trends, towerParts, trends);
        AgeLogsAt = TieLogsAt + TieSums + TieExtraLogs;
        Logs = AgeLogsAt + AgeLogs;
        TieAt = TrendAt + (2 * trends);
        TieExtraAt = TieAt + (2 * TieSums);
        TowerAt = TieExtraAt + 5;
        AttentionAt = TowerAt + 2 + towerParts;
        AgeAt = AttentionAt + 1;
        CreatorAt = AgeAt + 9;
        ContentAt = CreatorAt + 2;
        Count = ContentAt + 2;
    }

    public int Trends { get; }

    /// <summary>Parts of the two-tower logit.</summary>
    public int TowerParts { get; }

    /// <summary>All logarithms of a row that depend on the candidate: of the trends, of the ties, of the age.</summary>
    public int Logs { get; }

    public int TieLogsAt { get; }

    public int AgeLogsAt { get; }

    /// <summary>Logarithm of each tie sum, then its share of the largest among the candidates.</summary>
    public int TieAt { get; }

    /// <summary>Ties in relation to popularity (2), ties of the last item alone (2), share of recent items tied to it
    /// (1).</summary>
    public int TieExtraAt { get; }

    /// <summary>Two-tower logit, how far it lies below the best candidate's, and its parts.</summary>
    public int TowerAt { get; }

    /// <summary>What the recent items say to this candidate; see <see cref="HistoryAttention"/>.</summary>
    public int AttentionAt { get; }

    /// <summary>Logarithms of events since first and last taken, of time since born and last taken, of takers; never
    /// taken (1); how far the user's stage is from the takers' (3).</summary>
    public int AgeAt { get; }

    /// <summary>Followed creator; share of recent items by the same creator.</summary>
    public int CreatorAt { get; }

    /// <summary>Content similarity to the recent items: the largest, and the sum weighted by place.</summary>
    public int ContentAt { get; }

    public int Count { get; }
}
