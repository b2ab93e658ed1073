using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// Where the features of the engagement model lie: the ranker's own row, then what only an impression has.
/// </summary>
internal readonly record struct EngagementLayout(int Ranked)
{
    /// <summary>Logarithm of the item's share among its candidates, by the ranker; 0 for a row never shown.</summary>
    public int ShareAt => Ranked;

    /// <summary>1 for an item that was shown, 0 for one that was drawn or came by itself.</summary>
    public int ShownAt => Ranked + 1;

    /// <summary>Logarithm of the slot, 0 for the first: further down fewer look.</summary>
    public int SlotAt => Ranked + 2;

    /// <summary>1 when the slot is known.</summary>
    public int SlotKnownAt => Ranked + 3;

    public int Count => Ranked + 4;

    /// <param name="row">[Count], receives the features of an item as it is shown.</param>
    /// <param name="ranked">[Ranked], standardized.</param>
    /// <param name="slot">Place in the list, -1 when unknown.</param>
    public void FillShown(Span<float> row, ReadOnlySpan<float> ranked, float logShare, int slot)
    {
        ranked.CopyTo(row);
        row[ShareAt] = Math.Clamp((logShare + 5) / 3, -4, 4);
        row[ShownAt] = 1;
        row[SlotAt] = MathF.Log(1 + Math.Max(0, slot)) / 2;
        row[SlotKnownAt] = slot < 0 ? 0 : 1;
    }

    /// <param name="row">[Count], receives the features of an item that nobody is known to have shown.</param>
    /// <param name="ranked">[Ranked], standardized.</param>
    public void FillUnshown(Span<float> row, ReadOnlySpan<float> ranked)
    {
        ranked.CopyTo(row);
        row[Ranked..Count].Clear();
    }
}

/// <summary>
/// P(engaged | shown): a wide and deep perceptron with logistic loss over the rows that the ranker sees. One step per
/// resolved impression; the weights that serve are an average over the last steps, as the ranker's.
/// </summary>
internal sealed class EngagementModel
{
    /// <summary>
    /// Largest norm of the logit's gradient; longer ones are shortened. It is the row that is limited, not the loss:
    /// shortening what surprises would shorten the rare positives most, and the model would foresee too few.
    /// </summary>
    private const float ReachMax = 50;

    private readonly OnlineOptions _options;
    private readonly Mlp _mlp;
    private readonly float[] _parameters;
    private readonly float[] _average;
    private readonly float[] _gradients;
    private readonly Adam _adam;
    private readonly MlpWorkspace _workspace = new();
    private readonly float[] _output = new float[1];
    private readonly FrozenCopies<float> _averages;
    private float[]? _frozen;

    /// <param name="pages">Numbers the views of what is frozen.</param>
    public EngagementModel(OnlineOptions options, int ranked, SeededRandom random, PageClock? pages = null)
    {
        _averages = new(pages);
        _options = options;
        Layout = new(ranked);
        _mlp = new([Layout.Count, .. options.EngagementHidden, 1], Activation.Relu, wide: true);
        _parameters = _mlp.Initialize(random);
        _gradients = new float[_mlp.ParameterCount];
        _adam = new(_mlp.ParameterCount);
        var wide = _mlp.WideWeights(_parameters);
        // Before anything is learned: few of those who see something take it, more of what the ranker prefers.
        wide[Layout.ShownAt] = -2;
        wide[Layout.ShareAt] = 0.3f;
        _average = (float[])_parameters.Clone();
    }

    public EngagementLayout Layout { get; }

    /// <summary>Norm of the last gradient, before it was shortened.</summary>
    public float GradientNorm { get; private set; }

    public EngagementWeights Live => new(_mlp, Layout, _average);

    public EngagementWeights Freeze() => new(_mlp, Layout, _frozen ??= _averages.Next(_average));

    /// <param name="row">[<see cref="EngagementLayout.Count"/>].</param>
    /// <returns>The logit by the weights that serve.</returns>
    public float Logit(ReadOnlySpan<float> row) => _mlp.Forward(_average, row, 1, _workspace)[0];

    /// <summary>One step of logistic loss.</summary>
    /// <param name="row">[<see cref="EngagementLayout.Count"/>].</param>
    /// <param name="weight">How much the example counts, positive.</param>
    /// <param name="rateScale">What the learning rate is multiplied with.</param>
    /// <param name="offset">Added to the logit before the loss: the correction of a draw.</param>
    /// <returns>The loss in nats, unweighted; not finite if the step was left out because its gradient was
    /// not.</returns>
    public float Learn(ReadOnlySpan<float> row, bool engaged, float weight, float rateScale, float offset = 0)
    {
        var logit = _mlp.Forward(_parameters, row, 1, _workspace)[0] + offset;
        _output[0] = weight * Logistic.Gradient(logit, engaged ? 1 : 0);
        Array.Clear(_gradients);
        _mlp.Backward(_parameters, row, _output, 1, _workspace, _gradients);
        GradientNorm = MathF.Sqrt(VectorKernels.Dot(_gradients, _gradients));
        if (!float.IsFinite(GradientNorm))
            return float.NaN;
        var reach = GradientNorm / MathF.Max(MathF.Abs(_output[0]), 1e-6f);
        if (reach > ReachMax)
            foreach (ref var gradient in _gradients.AsSpan())
                gradient *= ReachMax / reach;
        _adam.Step(_parameters, _gradients, _options.EngagementRate * rateScale);
        var share = 1f / Math.Min(_adam.Steps, _options.EngagementAverageSteps);
        VectorKernels.AddScaled(_average, _average, -share);
        VectorKernels.AddScaled(_average, _parameters, share);
        _frozen = null;
        return Logistic.Loss(logit, engaged ? 1 : 0);
    }

    public void Carry(ModelState state)
    {
        var steps = _adam.Steps;
        state.Fixed("engagement.parameters", _parameters);
        state.Fixed("engagement.average", _average);
        state.Fixed("engagement.adam_first", _adam.First);
        state.Fixed("engagement.adam_second", _adam.Second);
        state.Value("engagement.adam_steps", ref steps);
        _adam.Steps = steps;
        _frozen = null;
    }
}

/// <summary>The engagement model's weights at one moment.</summary>
internal readonly record struct EngagementWeights(Mlp Mlp, EngagementLayout Layout, float[] Parameters)
{
    /// <summary>Logits [count]; valid until the workspace's next use.</summary>
    public Span<float> Score(ReadOnlySpan<float> rows, int count, MlpWorkspace workspace) =>
        Mlp.Forward(Parameters, rows, count, workspace);
}
