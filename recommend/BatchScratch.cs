using System.Runtime.InteropServices;
using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// One caller's buffers for answering batches. They grow to the largest batch seen and fit any snapshot, so that
/// scoring allocates nothing in the long run. Used by one thread at a time.
/// </summary>
/// <param name="backend">What computes the ranker's forward pass.</param>
public sealed class BatchScratch(IMlpBackend backend) : IDisposable
{
    private readonly List<PreparedQuery> _asked = [];
    private int _asking;
    private IMlpSession? _session;
    private Mlp? _shape;

    internal Scratch Query { get; } = new();

    internal Reranker Reranker { get; } = new();

    internal EngagementScratch Engagement { get; } = new();

    internal Explorer Explorer { get; } = new();

    /// <summary>[rows, features]: the candidates of all queries, then those that explain the best of them.</summary>
    internal Rows<float> Features { get; } = new();

    internal Rows<float> Logits { get; } = new();

    /// <summary>What the simple rules give the candidates of all queries.</summary>
    internal Rows<float> Given { get; } = new();

    /// <summary>The candidates of all queries, and which sources nominated each.</summary>
    internal Rows<int> Items { get; } = new();

    internal Rows<Sources> Nominated { get; } = new();

    /// <summary>Per query, where its candidates and answers end.</summary>
    internal Rows<QueryEnds> Ends { get; } = new();

    /// <summary>The queries of the batch.</summary>
    internal ReadOnlySpan<PreparedQuery> Asked => CollectionsMarshal.AsSpan(_asked)[.._asking];

    internal TowerSweep Sweep { get; } = new();

    /// <summary>Per query, how many items the towers are to find.</summary>
    internal Rows<int> TowerCounts { get; } = new();

    internal Rows<Answer> Answers { get; } = new();

    internal void Begin()
    {
        Items.Clear();
        Nominated.Clear();
        Ends.Clear();
        TowerCounts.Clear();
        Answers.Clear();
        Features.Clear();
        Logits.Clear();
        Given.Clear();
    }

    /// <summary>Room for so many queries; what they held before is for them to clear.</summary>
    internal ReadOnlySpan<PreparedQuery> AskedFor(int queries)
    {
        while (_asked.Count < queries)
            _asked.Add(new());
        _asking = queries;
        return Asked;
    }

    /// <summary>Logits of standardized rows, [count].</summary>
    internal Span<float> Score(RankerView ranker, ReadOnlySpan<float> rows, int count)
    {
        if (_shape != ranker.Mlp)
        {
            _session?.Dispose();
            (_session, _shape) = (backend.Open(ranker.Mlp), ranker.Mlp);
        }

        Logits.Clear();
        var logits = Logits.Extend(count);
        _session!.Forward(ranker.Parameters, rows, count, logits);
        return logits;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session?.Dispose();
        (_session, _shape) = (null, null);
    }
}

/// <summary>Where one query's parts of the batch end; they begin where those of the query before it end.</summary>
internal readonly record struct QueryEnds(int Items, int Answers);

/// <summary>One place of one answer on its way.</summary>
internal struct Answer
{
    /// <summary>Its row among the candidates of the batch.</summary>
    public int Place;

    /// <summary>With what re-ranking added.</summary>
    public float Score;

    public RerankEffect Effect;

    /// <summary>Probability that this place shows this item.</summary>
    public float Propensity;

    /// <summary>Whether it was drawn.</summary>
    public bool Explored;

    /// <summary>The recent item it is tied to most, -1 when there is none.</summary>
    public int Tied;

    /// <summary>The recent item it resembles most, -1 when there is none.</summary>
    public int Alike;

    /// <summary>The groups of features that are true of it, one bit each.</summary>
    public int Holds;

    /// <summary>The group that spoke most clearly for it, -1 when none is true of it.</summary>
    public int Group;
}
