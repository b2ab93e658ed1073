namespace Engage.Evaluation;

/// <summary>Result of one model on one slice of the stream.</summary>
/// <param name="N">Tests in this slice.</param>
public sealed record MetricRow(string Model, string Slice, long N, double Hr10, double Ndcg10, double Mrr)
{
    /// <summary>Share of the stream's items that were in any list's first 10; for all tests only.</summary>
    public double? Coverage10 { get; init; }

    /// <summary>Mean share of a list's first 10 that the previous user's list does not have; for all tests
    /// only.</summary>
    public double? Diversity10 { get; init; }
}

/// <summary>One model's metrics over time, a point per window of events.</summary>
public sealed record Curve(string Model, IReadOnlyList<CurvePoint> Points);

/// <param name="Events">Events of the stream up to the end of the window.</param>
/// <param name="N">Tests in the window.</param>
public sealed record CurvePoint(int Events, long N, double Hr10, double Ndcg10);

/// <summary>Rows of every model and slice, and a curve per model.</summary>
public sealed record PrequentialResult(IReadOnlyList<MetricRow> Rows, IReadOnlyList<Curve> Curves);
