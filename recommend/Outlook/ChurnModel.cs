using Engage.Neural;

namespace Engage.Recommend;

/// <summary>One example of <see cref="ChurnModel"/>: a sequence up to a moment, and whether nothing followed for the
/// return window.</summary>
internal readonly record struct ChurnExample(ActionToken[] Tokens, bool Left);

/// <summary>Whether a user will stay away for the whole return window: an LSTM over the recent actions and a logistic
/// output.</summary>
internal sealed class ChurnModel
{
    private const int FitBatch = 32;

    private readonly SequenceNetwork _network;
    private readonly TrainedParameters _parameters;
    private readonly SequenceWorkspace _work = new();

    /// <param name="pages">Numbers the views of what is frozen.</param>
    public ChurnModel(OutlookOptions options, SeededRandom random, PageClock? pages = null)
    {
        _network = new(options, Cell.Lstm, 1);
        _parameters = new(
            _network.ParameterCount, options.SequenceRate, options.GradientMax, options.AverageSteps, pages);
        _network.Initialize(_parameters.Values, random);
        Progress = new(options.ProgressWindow);
    }

    /// <summary>How good forecasts were, made when they were made and judged when it was known.</summary>
    public BinaryWindow Progress { get; }

    /// <summary>True while every weight is a number.</summary>
    public bool IsFinite => _parameters.IsFinite;

    public ChurnView Freeze() => new(_network, _parameters.Freeze());

    /// <summary>The probability that the user stays away, as the model is now.</summary>
    public float Predict(ReadOnlySpan<ActionToken> tokens) =>
        new ChurnView(_network, _parameters.Average).Predict(tokens, _work);

    /// <summary>One step towards what happened.</summary>
    public void Learn(ReadOnlySpan<ActionToken> tokens, bool left)
    {
        _work.Only(tokens);
        var logits = _network.Forward(_parameters.Values, _work);
        logits[0] = Neural.Logistic.Gradient(logits[0], left ? 1 : 0);
        _network.Backward(_parameters.Values, logits, _work, _parameters.Gradients);
        _parameters.Step();
    }

    /// <summary>Learns from a batch of examples, shuffled, <paramref name="epochs"/> times.</summary>
    /// <returns>The mean loss of the last epoch in nats, before each step; NaN without examples.</returns>
    public double Fit(
        IReadOnlyList<ChurnExample> examples, int epochs, ulong seed, CancellationToken cancel = default) =>
        BatchOrder.Fit(examples, epochs, FitBatch, seed, FitStep, cancel);

    public void Carry(ModelState state)
    {
        _parameters.Carry(state, "outlook.churn");
        var (probabilities, left, examples) = Progress.Save();
        state.Array("outlook.churn.progress.probabilities", ref probabilities);
        state.Array("outlook.churn.progress.left", ref left);
        state.Value("outlook.churn.progress.examples", ref examples);
        if (state.Loading)
            Progress.Load(probabilities, left, examples);
    }

    private double FitStep(ReadOnlySpan<ChurnExample> batch)
    {
        var steps = 1;
        foreach (var example in batch)
            steps = Math.Max(steps, example.Tokens.Length);
        Span<float> labels = stackalloc float[batch.Length];
        _work.Begin(batch.Length, steps);
        for (var b = 0; b < batch.Length; b++)
        {
            _work.Set(b, batch[b].Tokens);
            labels[b] = batch[b].Left ? 1 : 0;
        }

        var logits = _network.Forward(_parameters.Values, _work);
        var loss = Neural.Logistic.MeanLoss(logits, labels);
        _network.Backward(_parameters.Values, logits, _work, _parameters.Gradients);
        _parameters.Step();
        return (double)loss * batch.Length;
    }
}

/// <summary>A <see cref="ChurnModel"/> at one moment.</summary>
internal readonly record struct ChurnView(SequenceNetwork Network, float[] Parameters)
{
    public float Predict(ReadOnlySpan<ActionToken> tokens, SequenceWorkspace work)
    {
        work.Only(tokens);
        return Neural.Logistic.Probability(Network.Forward(Parameters, work)[0]);
    }
}
