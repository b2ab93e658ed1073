namespace Engage.Neural;

/// <summary>
/// A gated recurrent unit (Cho et al. 2014) in the variant of cuDNN and PyTorch, over padded batches of sequences:
/// r = σ(x·Wr + h·Ur + br), z = σ(x·Wz + h·Uz + bz), n = tanh(x·Wn + bn + r ∘ (h·Un + cn)), h' = n + z ∘ (h - n).
/// </summary>
/// <remarks>
/// The class holds the shape. The parameters are one flat array: W [in, 3·hidden] with columns r, z, n; b [3·hidden];
/// U [hidden, 3·hidden]; c [hidden]. Steps past an example's length repeat its state, so the last step's output is
/// always the sequence's.
/// </remarks>
public sealed class Gru
{
    private readonly Dense _input;

    /// <param name="inputs">Features per step, at least 1.</param>
    /// <param name="hidden">Width of the state, at least 1.</param>
    public Gru(int inputs, int hidden)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        (Inputs, Hidden, _input) = (inputs, hidden, new(inputs, 3 * hidden));
    }

    /// <summary>Features per step.</summary>
    public int Inputs { get; }

    /// <summary>Width of the state.</summary>
    public int Hidden { get; }

    /// <summary>Floats in the parameter array.</summary>
    public int ParameterCount => HiddenBiasAt + Hidden;

    private int Gates => 3 * Hidden;

    private int HiddenBiasAt => _input.ParameterCount + (Hidden * Gates);

    /// <summary>Sets new parameters: weights uniform within ± 1/√hidden, biases zero.</summary>
    public void Initialize(Span<float> parameters, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Shapes.Require(nameof(parameters), ParameterCount, parameters.Length);
        var bound = 1 / MathF.Sqrt(Hidden);
        foreach (ref var weight in parameters)
            weight = ((2 * random.NextSingle()) - 1) * bound;
        parameters.Slice(Inputs * Gates, Gates).Clear();
        parameters[HiddenBiasAt..].Clear();
    }

    /// <summary>Runs a batch of sequences.</summary>
    /// <param name="x">[batch, steps, in]; what lies past an example's length does not matter, but must be
    /// finite.</param>
    /// <param name="lengths">[batch], steps of each example; empty where all are full.</param>
    /// <param name="initial">[batch, hidden], the states before the first step; empty for zeros.</param>
    /// <returns>[batch, steps, hidden], inside <paramref name="workspace"/>; valid until its next use.</returns>
    /// <exception cref="ArgumentException">A length disagrees with the shape.</exception>
    public Span<float> Forward(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, int batch, int steps,
        RecurrentWorkspace workspace, ReadOnlySpan<float> initial = default)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        Shapes.Require(nameof(parameters), ParameterCount, parameters.Length);
        Shapes.RequireLengths(lengths, batch, steps);
        var start = workspace.Initial(batch * Hidden);
        start.Clear();
        if (!initial.IsEmpty)
        {
            Shapes.Require(nameof(initial), batch * Hidden, initial.Length);
            initial.CopyTo(start);
        }

        var outputs = workspace.Outputs(batch * steps * Hidden);
        var gates = workspace.Gates(batch * steps * Gates);
        var memory = workspace.Memory(batch * steps * Hidden);
        var sums = workspace.Sums(batch * Gates);
        _input.Forward(parameters[.._input.ParameterCount], x, batch * steps, gates);
        for (var t = 0; t < steps; t++)
        {
            RecurrentProducts.Step(HiddenWeights(parameters), start, outputs, t, batch, steps, Hidden, sums);
            for (var b = 0; b < batch; b++)
            {
                var at = (b * steps) + t;
                var before = RecurrentProducts.Before(start, outputs, b, t, steps, Hidden);
                var after = outputs.Slice(at * Hidden, Hidden);
                if (!lengths.IsEmpty && t >= lengths[b])
                    before.CopyTo(after);
                else
                    Step(
                        parameters[HiddenBiasAt..], before, sums.Slice(b * Gates, Gates),
                        gates.Slice(at * Gates, Gates), memory.Slice(at * Hidden, Hidden), after);
            }
        }

        return outputs;
    }

    /// <summary>Adds the gradients of a batch's parameters to <paramref name="gradients"/>.</summary>
    /// <param name="x">The very input of the last <see cref="Forward"/> with <paramref name="workspace"/>.</param>
    /// <param name="lengths">As in forward.</param>
    /// <param name="outputGradients">[batch, steps, hidden].</param>
    /// <param name="inputGradients">[batch, steps, in], overwritten; empty where there is no layer below.</param>
    /// <param name="initialGradients">[batch, hidden], overwritten; empty where they are not wanted.</param>
    /// <param name="chunk">Truncated backpropagation through time (Williams and Peng 1990): gradients flow back within
    /// chunks of this many steps, counted from the last; 0 for the whole sequence.</param>
    /// <exception cref="ArgumentException">A length disagrees with the shape.</exception>
    public void Backward(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<int> lengths,
        ReadOnlySpan<float> outputGradients, int batch, int steps, RecurrentWorkspace workspace,
        Span<float> gradients, Span<float> inputGradients = default, Span<float> initialGradients = default,
        int chunk = 0)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        Shapes.Require(nameof(gradients), ParameterCount, gradients.Length);
        Shapes.Require(nameof(outputGradients), batch * steps * Hidden, outputGradients.Length);
        Shapes.RequireLengths(lengths, batch, steps);
        var start = workspace.Initial(batch * Hidden);
        var outputs = workspace.Outputs(batch * steps * Hidden);
        var hiddenGates = workspace.HiddenGateGradients(batch * steps * Gates);
        var gates = workspace.GateGradients(batch * steps * Gates);
        for (var b = 0; b < batch; b++)
        {
            var state = BackwardExample(
                parameters, lengths.IsEmpty ? steps : lengths[b], outputGradients, b, batch, steps, workspace,
                gradients[HiddenBiasAt..], chunk);
            if (!initialGradients.IsEmpty)
                state.CopyTo(initialGradients.Slice(b * Hidden, Hidden));
        }

        RecurrentProducts.HiddenWeights(
            start, outputs, hiddenGates, batch, steps, Hidden,
            gradients.Slice(_input.ParameterCount, Hidden * Gates));
        _input.Backward(
            parameters[.._input.ParameterCount], x, gates, batch * steps, gradients[.._input.ParameterCount],
            inputGradients);
    }

    private unsafe void Step(
        ReadOnlySpan<float> hiddenBias, ReadOnlySpan<float> before, ReadOnlySpan<float> sums, Span<float> gates,
        Span<float> memory, Span<float> after)
    {
        fixed (float* g = gates, m = memory, from = before, products = sums, bias = hiddenBias, to = after)
            new GruCell { Hidden = Hidden, Gates = g, Memory = m, Before = from }.Forward(products, bias, to);
    }

    // Returns the gradient of the example's initial state.
    private ReadOnlySpan<float> BackwardExample(
        ReadOnlySpan<float> parameters, int length, ReadOnlySpan<float> outputGradients, int b, int batch, int steps,
        RecurrentWorkspace workspace, Span<float> hiddenBiasGradients, int chunk)
    {
        var outputs = workspace.Outputs(batch * steps * Hidden);
        var allGates = workspace.Gates(batch * steps * Gates);
        var memory = workspace.Memory(batch * steps * Hidden);
        var gateGradients = workspace.GateGradients(batch * steps * Gates);
        var hiddenGateGradients = workspace.HiddenGateGradients(batch * steps * Gates);
        var buffers = workspace.StateGradients(2 * Hidden);
        var state = buffers[..Hidden];
        var carried = buffers[Hidden..];
        state.Clear();
        for (var t = steps - 1; t >= 0; t--)
        {
            var at = (b * steps) + t;
            var dx = gateGradients.Slice(at * Gates, Gates);
            var dh = hiddenGateGradients.Slice(at * Gates, Gates);
            VectorKernels.AddScaled(state, outputGradients.Slice(at * Hidden, Hidden), 1);
            if (t >= length || !state.ContainsAnyExcept(0f))
            {
                dx.Clear();
                dh.Clear();
            }
            else
            {
                var before = RecurrentProducts.Before(
                    workspace.Initial(batch * Hidden), outputs, b, t, steps, Hidden);
                BackwardStep(
                    before, allGates.Slice(at * Gates, Gates), memory.Slice(at * Hidden, Hidden), state, dx, dh);
                VectorKernels.AddScaled(hiddenBiasGradients, dh[(2 * Hidden)..], 1);
                VectorKernels.DotRows(HiddenWeights(parameters), dh, carried);
                VectorKernels.AddScaled(state, carried, 1);
            }

            if (RecurrentProducts.Cuts(t, steps, chunk))
                state.Clear();
        }

        return state;
    }

    private unsafe void BackwardStep(
        ReadOnlySpan<float> before, ReadOnlySpan<float> gates, ReadOnlySpan<float> memory, Span<float> state,
        Span<float> dx, Span<float> dh)
    {
        fixed (float* g = gates, m = memory, from = before, by = state, input = dx, hidden = dh)
            new GruCell { Hidden = Hidden, Gates = g, Memory = m, Before = from }.Backward(by, input, hidden);
    }

    private ReadOnlySpan<float> HiddenWeights(ReadOnlySpan<float> parameters) =>
        parameters.Slice(_input.ParameterCount, Hidden * Gates);
}
