using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// The neural ranker: a wide and deep perceptron over candidate features, trained online by softmax of the item taken
/// against the other candidates that would have been served.
/// </summary>
internal sealed class Ranker
{
    // How much louder the end of a short past speaks in the average: 0 is a plain mean.
    private const float AverageTail = 3;

    private readonly RecommenderOptions _options;
    private readonly Mlp _mlp;
    private readonly float[] _parameters;
    private readonly float[] _average;
    private readonly FrozenCopies<float> _averages;
    private readonly float[] _gradients;
    private readonly Adam _adam;
    private readonly RunningMoments _moments;
    private readonly float[] _inverse;
    private readonly MlpWorkspace _workspace = new();
    private readonly RankerWitness _witness;
    private RankerView _frozen;
    private bool _changed = true;

    /// <param name="pages">Numbers the views of what is frozen.</param>
    public Ranker(RecommenderOptions options, FeatureLayout layout, SeededRandom random, PageClock? pages = null)
    {
        _averages = new(pages);
        (_options, Layout) = (options, layout);
        _mlp = new([layout.Count, .. options.RankerHidden, 1], Activation.Relu, wide: true);
        _parameters = _mlp.Initialize(random);
        _gradients = new float[_mlp.ParameterCount];
        _adam = new(_mlp.ParameterCount);
        _moments = new(layout.Count, 50_000);
        _inverse = _moments.InverseDeviations();
        var wide = _mlp.WideWeights(_parameters);
        // Before anything is learned the sum of the simple rules is a fair order.
        wide.Slice(FeatureLayout.TrendAt, layout.Trends).Fill(0.2f);
        wide.Slice(layout.TieAt, FeatureLayout.TieSums).Fill(0.1f);
        wide[layout.TowerAt] = 0.1f;
        wide[layout.CreatorAt] = 0.3f;
        wide[layout.ContentAt] = 0.3f;
        wide[layout.ContentAt + 1] = 0.3f;
        _average = (float[])_parameters.Clone();
        _witness = new(_parameters);
    }

    public FeatureLayout Layout { get; }

    /// <summary>Norm of the last gradient, before it was shortened.</summary>
    public float GradientNorm { get; private set; }

    /// <summary>What the learning rate is multiplied with.</summary>
    public float RateScale { get; set; } = 1;

    /// <summary>True while every weight that serves is a number.</summary>
    public bool IsFinite => Finite.All(_average) && Finite.All(_parameters) && Finite.All(_moments.Mean)
        && Finite.All(_moments.Variance);

    public RankerView Live => new(_mlp, Layout, _average, _moments.Mean, _inverse);

    public RankerView Freeze()
    {
        if (_changed)
            _frozen = new(
                _mlp, Layout, _averages.Next(_average), (float[])_moments.Mean.Clone(), (float[])_inverse.Clone());
        _changed = false;
        return _frozen;
    }

    public void Carry(ModelState state)
    {
        var (steps, rows) = (_adam.Steps, _moments.Rows);
        state.Fixed("ranker.parameters", _parameters);
        state.Fixed("ranker.average", _average);
        state.Fixed("ranker.adam_first", _adam.First);
        state.Fixed("ranker.adam_second", _adam.Second);
        state.Value("ranker.adam_steps", ref steps);
        state.Fixed("ranker.feature_means", _moments.Mean);
        state.Fixed("ranker.feature_variances", _moments.Variance);
        state.Value("ranker.feature_rows", ref rows);
        _witness.Carry(state);
        (_adam.Steps, _moments.Rows) = (steps, rows);
        _moments.InverseDeviations(_inverse);
        _changed = true;
    }

    /// <summary>Takes in the raw rows [count, features] of a query's candidates.</summary>
    public void Observe(ReadOnlySpan<float> rows, int count)
    {
        // A few rows per query tell the scale as well as all of them.
        _moments.Add(rows, count, Math.Max(1, count / 16));
        _moments.InverseDeviations(_inverse);
        _changed = true;
    }

    /// <summary>Goes through examples several times in seeded order.</summary>
    /// <returns>The mean loss of the last epoch in nats; NaN without examples.</returns>
    public double Fit(IReadOnlyList<RankerExample> examples, int epochs, ulong seed, CancellationToken cancel) =>
        BatchOrder.Fit(
            examples, epochs, 1, seed,
            batch => Learn(batch[0].Rows, batch[0].Rows.Length / Layout.Count, batch[0].Taken).Loss, cancel);

    /// <summary>The probability that the weights that serve give a candidate.</summary>
    /// <param name="rows">[count, features], standardized.</param>
    public float ShareOf(ReadOnlySpan<float> rows, int count, int candidate)
    {
        var logits = _mlp.Forward(_average, rows, count, _workspace);
        return MathF.Exp(logits[candidate] - EngagementView.LogSumExp(logits));
    }

    /// <summary>One step towards the candidate that was taken.</summary>
    /// <param name="rows">[count, features], standardized.</param>
    /// <returns>Before the step: the loss in nats, and the place of the taken candidate, 1 for the first.</returns>
    public (float Loss, int Rank) Learn(ReadOnlySpan<float> rows, int count, int taken)
    {
        var logits = _mlp.Forward(_parameters, rows, count, _workspace);
        var rank = PlaceOf(logits, taken);
        var loss = Softmax.CrossEntropy(logits, taken);
        Array.Clear(_gradients);
        _mlp.Backward(_parameters, rows, logits, count, _workspace, _gradients);
        var norm = MathF.Sqrt(VectorKernels.Dot(_gradients, _gradients));
        GradientNorm = norm;
        if (!float.IsFinite(norm))
            return (loss, rank);
        if (norm > _options.RankerGradientMax)
            foreach (ref var gradient in _gradients.AsSpan())
                gradient *= _options.RankerGradientMax / norm;
        _adam.Step(_parameters, _gradients, _options.RankerRate * RateScale);
        // average += (parameters - average) / steps. While there are fewer steps than that, the newest quarter of them
        // (Shamir and Zhang 2013): in a plain mean the first guesses would speak as loud as what was learned since.
        var share = MathF.Max(
            MathF.Min(1, (AverageTail + 1f) / (_adam.Steps + AverageTail)), 1f / _options.RankerAverageSteps);
        VectorKernels.AddScaled(_average, _average, -share);
        VectorKernels.AddScaled(_average, _parameters, share);
        _changed = true;
        return (loss, rank);
    }

    /// <summary>The last example surprised nobody.</summary>
    public void Settle() => _witness.Follow(_parameters);

    /// <summary>Nats that the <see cref="RankerWitness"/> loses with what <see cref="Learn"/> was given.</summary>
    public float WitnessLoss(ReadOnlySpan<float> rows, int count, int taken) =>
        _witness.Loss(_mlp, rows, count, taken, _workspace);

    /// <summary>1 + the candidates with a higher logit; the last place for one that is not a number, which no
    /// comparison would put anywhere but first.</summary>
    internal static int PlaceOf(ReadOnlySpan<float> logits, int taken)
    {
        if (float.IsNaN(logits[taken]))
            return logits.Length;
        var rank = 1;
        foreach (var logit in logits)
            if (logit > logits[taken])
                rank++;
        return rank;
    }
}

/// <summary>The ranker at one moment.</summary>
internal readonly record struct RankerView(
    Mlp Mlp, FeatureLayout Layout, float[] Parameters, float[] Mean, float[] InverseDeviations)
{
    public void Standardize(Span<float> rows, int count) =>
        RunningMoments.Standardize(rows, count, Mean, InverseDeviations);

    /// <summary>Logits [count] of standardized rows; valid until the workspace's next use.</summary>
    public Span<float> Score(ReadOnlySpan<float> rows, int count, MlpWorkspace workspace) =>
        Mlp.Forward(Parameters, rows, count, workspace);
}
