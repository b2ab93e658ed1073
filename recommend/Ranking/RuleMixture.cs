using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// How far the ranker is believed beside the simple rules that it reads. Ranker, towers, each trend, each sum of ties
/// and plain chance all say how probable each candidate is; what is served is their weighted mean. The weights follow
/// the stream: each moves towards its part of what the mean gave the candidate that was taken (online expectation
/// maximization). Where a rule foresees what the ranker has not learned yet, because the stream is young or has just
/// turned, it gains in some dozens of examples; where the ranker knows best, the rules keep next to nothing.
/// </summary>
internal sealed class RuleMixture
{
    /// <summary>Of so many events one is compared: it costs a forward pass of the ranker.</summary>
    public const int Every = 4;

    private const float FirstRankerWeight = 0.9f;

    // Part of each step that goes back to the first weights: one that has sunk to nothing could not rise again.
    private const float Doubt = 0.01f;

    private readonly FeatureLayout _layout;
    private readonly float _rate;
    private readonly float[] _first;
    private readonly float[] _weights;
    private readonly float[] _shares;
    private RuleMixtureView _frozen;
    private bool _changed = true;

    public RuleMixture(RecommenderOptions options, FeatureLayout layout)
    {
        (_layout, _rate) = (layout, options.RuleRate);
        var count = RuleMixtureView.CountOf(layout);
        _first = new float[count];
        Array.Fill(_first, (1 - FirstRankerWeight) / (count - 1));
        _first[0] = FirstRankerWeight;
        _weights = (float[])_first.Clone();
        _shares = new float[count];
    }

    public RuleMixtureView Live => new(_layout, _weights);

    /// <summary>True while every weight is a number.</summary>
    public bool IsFinite => Finite.All(_weights);

    public RuleMixtureView Freeze()
    {
        if (_changed)
            _frozen = new(_layout, (float[])_weights.Clone());
        _changed = false;
        return _frozen;
    }

    public void Carry(ModelState state)
    {
        // A model of before has none: it goes on from the first guess.
        if (!state.Loading || state.Has("rules.weights"))
            state.Fixed("rules.weights", _weights);
        _changed = true;
    }

    /// <summary>Notes what each rule gives the candidate that was taken; <see cref="Learn"/> follows.</summary>
    /// <param name="rows">[count, features], raw.</param>
    public void Read(ReadOnlySpan<float> rows, int count, int taken) =>
        Live.SharesOf(rows, count, rows.Slice(taken * _layout.Count, _layout.Count), _shares);

    /// <summary>One step, from what <see cref="Read"/> noted.</summary>
    /// <param name="ranker">What the ranker that serves gives the candidate that was taken.</param>
    public void Learn(float ranker)
    {
        _shares[0] = ranker;
        var all = VectorKernels.Dot(_weights, _shares);
        if (!(all > 0) || !float.IsFinite(all))
            return;
        for (var k = 0; k < _weights.Length; k++)
        {
            var part = _weights[k] * _shares[k] / all;
            _weights[k] += _rate * (part + (Doubt * (_first[k] - part)) - _weights[k]);
        }

        _changed = true;
    }
}

/// <summary>The mixture at one moment. The default one leaves the ranker's logits as they are.</summary>
/// <param name="Weights">Of the ranker, the towers, the trends, the sums of ties, and chance; their sum is 1.</param>
internal readonly record struct RuleMixtureView(FeatureLayout Layout, float[]? Weights)
{
    private const int TowersAt = 1;
    private const int TrendsAt = 2;

    public static int CountOf(FeatureLayout layout) => TrendsAt + layout.Trends + FeatureLayout.TieSums + 1;

    /// <summary>What each rule gives one candidate; 0 from a rule that is silent on all.</summary>
    /// <param name="rows">[count, features] of all candidates, raw.</param>
    /// <param name="row">The candidate's.</param>
    /// <param name="shares">Receives the shares, from the second on; the first is the ranker's.</param>
    public void SharesOf(ReadOnlySpan<float> rows, int count, ReadOnlySpan<float> row, Span<float> shares)
    {
        Span<float> sums = stackalloc float[shares.Length];
        Sum(rows, count, sums);
        shares[TowersAt] = row[Layout.TowerAt + 1];
        TrendsOf(row).CopyTo(shares[TrendsAt..]);
        TiesOf(row).CopyTo(shares[(TrendsAt + Layout.Trends)..]);
        shares[^1] = 1;
        for (var k = TowersAt; k < shares.Length; k++)
            shares[k] = sums[k] > 0 ? shares[k] / sums[k] : 0;
    }

    /// <summary>What the rules give each candidate together, weighted.</summary>
    /// <param name="rows">[count, features], raw.</param>
    /// <param name="given">[count].</param>
    public void Fill(ReadOnlySpan<float> rows, int count, Span<float> given)
    {
        if (Weights is null || count == 0)
            return;
        Span<float> scales = stackalloc float[Weights.Length];
        Sum(rows, count, scales);
        for (var k = TowersAt; k < scales.Length; k++)
            scales[k] = scales[k] > 0 ? Weights[k] / scales[k] : 0;
        var trends = scales.Slice(TrendsAt, Layout.Trends);
        var ties = scales.Slice(TrendsAt + Layout.Trends, FeatureLayout.TieSums);
        for (var i = 0; i < count; i++)
        {
            var row = rows.Slice(i * Layout.Count, Layout.Count);
            given[i] = scales[^1] + (scales[TowersAt] * row[Layout.TowerAt + 1])
                + VectorKernels.Dot(TrendsOf(row), trends) + VectorKernels.Dot(TiesOf(row), ties);
        }
    }

    /// <summary>Turns the ranker's logits of one query's candidates into those of the mixture, in place.</summary>
    /// <param name="given">From <see cref="Fill"/>.</param>
    public void Mix(ReadOnlySpan<float> given, Span<float> logits)
    {
        if (Weights is null || logits.IsEmpty)
            return;
        var logSum = EngagementView.LogSumExp(logits);
        // One of them is not a number, and whoever serves them puts it last.
        if (!float.IsFinite(logSum))
            return;
        for (var i = 0; i < logits.Length; i++)
            if (float.IsFinite(given[i]))
                logits[i] = logSum + MathF.Log((Weights[0] * MathF.Exp(logits[i] - logSum)) + given[i]);
    }

    private ReadOnlySpan<float> TrendsOf(ReadOnlySpan<float> row) =>
        row.Slice(FeatureLayout.TrendAt + Layout.Trends, Layout.Trends);

    private ReadOnlySpan<float> TiesOf(ReadOnlySpan<float> row) =>
        row.Slice(Layout.TieAt + FeatureLayout.TieSums, FeatureLayout.TieSums);

    private void Sum(ReadOnlySpan<float> rows, int count, Span<float> sums)
    {
        sums.Clear();
        var trends = sums.Slice(TrendsAt, Layout.Trends);
        var ties = sums.Slice(TrendsAt + Layout.Trends, FeatureLayout.TieSums);
        for (var i = 0; i < count; i++)
        {
            var row = rows.Slice(i * Layout.Count, Layout.Count);
            sums[TowersAt] += row[Layout.TowerAt + 1];
            VectorKernels.AddScaled(trends, TrendsOf(row), 1);
            VectorKernels.AddScaled(ties, TiesOf(row), 1);
        }

        sums[^1] = count;
    }
}
