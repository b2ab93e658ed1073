namespace Engage.Neural;

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber 1997, with forget gate) over padded batches of sequences:
/// i, f, o = σ(x·W + h·U + b), g = tanh(x·W + h·U + b), c' = f ∘ c + i ∘ g, h' = o ∘ tanh(c').
/// </summary>
/// <remarks>
/// The class holds the shape. The parameters are one flat array: W [in, 4·hidden] with columns i, f, g, o as in
/// PyTorch; b [4·hidden], PyTorch's b_ih + b_hh; U [hidden, 4·hidden]. Steps past an example's length repeat its
/// state, so the last step's output is always the sequence's.
/// </remarks>
public sealed class Lstm
{
    private readonly Dense _input;

    /// <param name="inputs">Features per step, at least 1.</param>
    /// <param name="hidden">Width of the state, at least 1.</param>
    public Lstm(int inputs, int hidden)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        (Inputs, Hidden, _input) = (inputs, hidden, new(inputs, 4 * hidden));
    }

    /// <summary>Features per step.</summary>
    public int Inputs { get; }

    /// <summary>Width of the state.</summary>
    public int Hidden { get; }

    /// <summary>Floats in the parameter array.</summary>
    public int ParameterCount => _input.ParameterCount + (Hidden * Gates);

    private int Gates => 4 * Hidden;

    /// <summary>Sets new parameters: weights uniform within ± 1/√hidden, biases zero but 1 for the forget gates, so
    /// that a new cell remembers (Jozefowicz et al. 2015).</summary>
    public void Initialize(Span<float> parameters, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Shapes.Require(nameof(parameters), ParameterCount, parameters.Length);
        var bound = 1 / MathF.Sqrt(Hidden);
        foreach (ref var weight in parameters)
            weight = ((2 * random.NextSingle()) - 1) * bound;
        var bias = parameters.Slice(Inputs * Gates, Gates);
        bias.Clear();
        bias.Slice(Hidden, Hidden).Fill(1);
    }

    /// <summary>Runs a batch of sequences.</summary>
    /// <param name="x">[batch, steps, in]; what lies past an example's length does not matter, but must be
    /// finite.</param>
    /// <param name="lengths">[batch], steps of each example; empty where all are full.</param>
    /// <param name="initial">[2, batch, hidden]: h, then c before the first step; empty for zeros.</param>
    /// <returns>h, [batch, steps, hidden], inside <paramref name="workspace"/>; valid until its next use.</returns>
    /// <exception cref="ArgumentException">A length disagrees with the shape.</exception>
    public Span<float> Forward(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, int batch, int steps,
        RecurrentWorkspace workspace, ReadOnlySpan<float> initial = default)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        Shapes.Require(nameof(parameters), ParameterCount, parameters.Length);
        Shapes.RequireLengths(lengths, batch, steps);
        var start = workspace.Initial(2 * batch * Hidden);
        start.Clear();
        if (!initial.IsEmpty)
        {
            Shapes.Require(nameof(initial), 2 * batch * Hidden, initial.Length);
            initial.CopyTo(start);
        }

        var h0 = start[..(batch * Hidden)];
        var c0 = start[(batch * Hidden)..];
        var outputs = workspace.Outputs(batch * steps * Hidden);
        var cells = workspace.Memory(batch * steps * Hidden);
        var gates = workspace.Gates(batch * steps * Gates);
        var sums = workspace.Sums(batch * Gates);
        _input.Forward(parameters[.._input.ParameterCount], x, batch * steps, gates);
        for (var t = 0; t < steps; t++)
        {
            RecurrentProducts.Step(HiddenWeights(parameters), h0, outputs, t, batch, steps, Hidden, sums);
            for (var b = 0; b < batch; b++)
            {
                var at = (b * steps) + t;
                var cell = RecurrentProducts.Before(c0, cells, b, t, steps, Hidden);
                var h = outputs.Slice(at * Hidden, Hidden);
                var c = cells.Slice(at * Hidden, Hidden);
                if (!lengths.IsEmpty && t >= lengths[b])
                {
                    RecurrentProducts.Before(h0, outputs, b, t, steps, Hidden).CopyTo(h);
                    cell.CopyTo(c);
                }
                else
                {
                    Step(cell, sums.Slice(b * Gates, Gates), gates.Slice(at * Gates, Gates), h, c);
                }
            }
        }

        return outputs;
    }

    /// <summary>Adds the gradients of a batch's parameters to <paramref name="gradients"/>.</summary>
    /// <param name="x">The very input of the last <see cref="Forward"/> with <paramref name="workspace"/>.</param>
    /// <param name="lengths">As in forward.</param>
    /// <param name="outputGradients">[batch, steps, hidden], by h.</param>
    /// <param name="inputGradients">[batch, steps, in], overwritten; empty where there is no layer below.</param>
    /// <param name="initialGradients">[2, batch, hidden], overwritten; empty where they are not wanted.</param>
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
        var gates = workspace.GateGradients(batch * steps * Gates);
        for (var b = 0; b < batch; b++)
        {
            var state = BackwardExample(
                parameters, lengths.IsEmpty ? steps : lengths[b], outputGradients, b, batch, steps, workspace, chunk);
            if (initialGradients.IsEmpty)
                continue;
            state[..Hidden].CopyTo(initialGradients.Slice(b * Hidden, Hidden));
            state[Hidden..].CopyTo(initialGradients.Slice((batch + b) * Hidden, Hidden));
        }

        RecurrentProducts.HiddenWeights(
            workspace.Initial(2 * batch * Hidden)[..(batch * Hidden)], workspace.Outputs(batch * steps * Hidden),
            gates, batch, steps, Hidden, gradients[_input.ParameterCount..]);
        _input.Backward(
            parameters[.._input.ParameterCount], x, gates, batch * steps, gradients[.._input.ParameterCount],
            inputGradients);
    }

    private static void Step(
        ReadOnlySpan<float> before, ReadOnlySpan<float> sums, Span<float> gates, Span<float> h, Span<float> c)
    {
        var n = before.Length;
        VectorKernels.AddScaled(gates, sums, 1);
        VectorMath.Sigmoid(gates[..(2 * n)], gates[..(2 * n)]);
        VectorMath.Tanh(gates.Slice(2 * n, n), gates.Slice(2 * n, n));
        VectorMath.Sigmoid(gates[(3 * n)..], gates[(3 * n)..]);
        for (var i = 0; i < n; i++)
            h[i] = c[i] = (gates[n + i] * before[i]) + (gates[i] * gates[(2 * n) + i]);
        VectorMath.Tanh(h, h);
        for (var i = 0; i < n; i++)
            h[i] *= gates[(3 * n) + i];
    }

    // Returns the gradients of the example's initial h and c, [2, hidden].
    private ReadOnlySpan<float> BackwardExample(
        ReadOnlySpan<float> parameters, int length, ReadOnlySpan<float> outputGradients, int b, int batch, int steps,
        RecurrentWorkspace workspace, int chunk)
    {
        var cells = workspace.Memory(batch * steps * Hidden);
        var gates = workspace.Gates(batch * steps * Gates);
        var gateGradients = workspace.GateGradients(batch * steps * Gates);
        var buffers = workspace.StateGradients(3 * Hidden);
        var state = buffers[..Hidden];
        var cell = buffers.Slice(Hidden, Hidden);
        var tanh = buffers[(2 * Hidden)..];
        buffers.Clear();
        for (var t = steps - 1; t >= 0; t--)
        {
            var at = (b * steps) + t;
            var dg = gateGradients.Slice(at * Gates, Gates);
            VectorKernels.AddScaled(state, outputGradients.Slice(at * Hidden, Hidden), 1);
            if (t >= length || (!state.ContainsAnyExcept(0f) && !cell.ContainsAnyExcept(0f)))
            {
                dg.Clear();
            }
            else
            {
                var before = RecurrentProducts.Before(
                    workspace.Initial(2 * batch * Hidden)[(batch * Hidden)..], cells, b, t, steps, Hidden);
                cells.Slice(at * Hidden, Hidden).CopyTo(tanh);
                VectorMath.Tanh(tanh, tanh);
                BackwardStep(before, tanh, gates.Slice(at * Gates, Gates), state, cell, dg);
                VectorKernels.DotRows(HiddenWeights(parameters), dg, state);
            }

            if (RecurrentProducts.Cuts(t, steps, chunk))
                buffers.Clear();
        }

        return buffers[..(2 * Hidden)];
    }

    private void BackwardStep(
        ReadOnlySpan<float> before, ReadOnlySpan<float> tanh, ReadOnlySpan<float> gates, ReadOnlySpan<float> state,
        Span<float> cell, Span<float> dg)
    {
        var n = Hidden;
        for (var k = 0; k < n; k++)
        {
            var (i, f, g, o) = (gates[k], gates[n + k], gates[(2 * n) + k], gates[(3 * n) + k]);
            var dc = cell[k] + (state[k] * o * (1 - (tanh[k] * tanh[k])));
            dg[k] = dc * g * i * (1 - i);
            dg[n + k] = dc * before[k] * f * (1 - f);
            dg[(2 * n) + k] = dc * i * (1 - (g * g));
            dg[(3 * n) + k] = state[k] * tanh[k] * o * (1 - o);
            cell[k] = dc * f;
        }
    }

    private ReadOnlySpan<float> HiddenWeights(ReadOnlySpan<float> parameters) =>
        parameters[_input.ParameterCount..];
}
