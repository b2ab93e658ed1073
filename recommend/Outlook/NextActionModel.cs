using Engage.Neural;

namespace Engage.Recommend;

/// <summary>One example of <see cref="NextActionModel"/>: a sequence and the kind of the action that
/// followed.</summary>
internal readonly record struct NextActionExample(ActionToken[] Tokens, int Kind);

/// <summary>What a user does next: a GRU over the recent actions and a softmax over the kinds, learned from every
/// action by cross entropy.</summary>
internal sealed class NextActionModel
{
    private const int FitBatch = 32;

    private readonly SequenceNetwork _network;
    private readonly TrainedParameters _parameters;
    private readonly SequenceWorkspace _work = new();

    /// <param name="pages">Numbers the views of what is frozen.</param>
    public NextActionModel(OutlookOptions options, SeededRandom random, PageClock? pages = null)
    {
        _network = new(options, Cell.Gru, options.ActionKinds);
        _parameters = new(
            _network.ParameterCount, options.SequenceRate, options.GradientMax, options.AverageSteps, pages);
        _network.Initialize(_parameters.Values, random);
        Progress = new(options.ProgressWindow, options.ActionKinds);
    }

    /// <summary>How well kinds were foreseen before they were learned.</summary>
    public KindWindow Progress { get; }

    /// <summary>True while every weight is a number.</summary>
    public bool IsFinite => _parameters.IsFinite;

    public NextActionView Freeze() => new(_network, _parameters.Freeze());

    /// <summary>One step towards the kind that followed.</summary>
    public void Learn(ReadOnlySpan<ActionToken> tokens, int kind)
    {
        _work.Only(tokens);
        var said = _network.Forward(_parameters.Average, _work);
        var best = IndexOfMax(said);
        Progress.Add(kind, Softmax.CrossEntropy(said, kind), best == kind);
        var logits = _network.Forward(_parameters.Values, _work);
        Softmax.CrossEntropy(logits, kind);
        _network.Backward(_parameters.Values, logits, _work, _parameters.Gradients);
        _parameters.Step();
    }

    /// <summary>Learns from a batch of examples, shuffled, <paramref name="epochs"/> times.</summary>
    /// <returns>The mean loss of the last epoch in nats, before each step; NaN without examples.</returns>
    public double Fit(
        IReadOnlyList<NextActionExample> examples, int epochs, ulong seed, CancellationToken cancel = default) =>
        BatchOrder.Fit(examples, epochs, FitBatch, seed, FitStep, cancel);

    public void Carry(ModelState state)
    {
        _parameters.Carry(state, "outlook.next_action");
        Progress.Carry(state, "outlook.next_action.progress");
    }

    private double FitStep(ReadOnlySpan<NextActionExample> batch)
    {
        var steps = 1;
        foreach (var example in batch)
            steps = Math.Max(steps, example.Tokens.Length);
        _work.Begin(batch.Length, steps);
        for (var b = 0; b < batch.Length; b++)
            _work.Set(b, batch[b].Tokens);
        var logits = _network.Forward(_parameters.Values, _work);
        var loss = 0.0;
        for (var b = 0; b < batch.Length; b++)
            loss += Softmax.CrossEntropy(logits.Slice(b * _network.Outputs, _network.Outputs), batch[b].Kind);
        VectorKernels.AddScaled(logits, logits, (1f / batch.Length) - 1);
        _network.Backward(_parameters.Values, logits, _work, _parameters.Gradients);
        _parameters.Step();
        return loss;
    }

    private static int IndexOfMax(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
            if (logits[i] > logits[best])
                best = i;
        return best;
    }
}

/// <summary>A <see cref="NextActionModel"/> at one moment.</summary>
internal readonly record struct NextActionView(SequenceNetwork Network, float[] Parameters)
{
    /// <param name="probabilities">[kinds], overwritten.</param>
    public void Predict(ReadOnlySpan<ActionToken> tokens, Span<float> probabilities, SequenceWorkspace work)
    {
        work.Only(tokens);
        Network.Forward(Parameters, work).CopyTo(probabilities);
        Softmax.Normalize(probabilities);
    }
}
