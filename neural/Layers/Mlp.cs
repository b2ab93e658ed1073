namespace Engage.Neural;

/// <summary>Nonlinearity between the layers of an <see cref="Mlp"/>.</summary>
public enum Activation
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x·Φ(x) by its tanh approximation (Hendrycks and Gimpel 2016).</summary>
    Gelu,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,
}

/// <summary>
/// A multilayer perceptron with one output, and optionally a linear path from the inputs to the output beside it ("wide
/// and deep", Cheng et al. 2016): the linear path learns within a few hundred examples, the deep one refines it.
/// </summary>
/// <remarks>
/// The class holds the shape only. All parameters are one flat array, layer after layer, weights [in, out] row-major
/// and then biases [out], the linear path [in] last: so a snapshot is one array copy and an optimizer one loop. The
/// last layer has no bias: it would cancel in a softmax over candidates.
/// </remarks>
public sealed class Mlp
{
    // So many rows' activations of a usual network (200 floats each) and its weights share a second cache of 1 MiB,
    // and the weights are read seldom enough.
    private const int RowsPerBlock = 128;

    // Below, the transposed weights cost more than dot products do.
    private const int TransposeRows = 4;

    private readonly int[] _weightAt;
    private readonly int[] _biasAt;
    private readonly int _wideAt;

    /// <param name="sizes">Inputs, hidden sizes, and 1 for the output.</param>
    /// <param name="wide">Whether the linear path is there.</param>
    /// <exception cref="ArgumentException">Fewer than two sizes, a size below 1, or a last size that is not
    /// 1.</exception>
    public Mlp(IReadOnlyList<int> sizes, Activation activation, bool wide)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        if (sizes.Count < 2 || sizes[^1] != 1 || sizes.Any(size => size < 1))
            throw new ArgumentException($"Sizes must be positive and end with 1; got [{string.Join(", ", sizes)}].");
        (Sizes, Activation, Wide) = ([.. sizes], activation, wide);
        (_weightAt, _biasAt) = (new int[Layers], new int[Layers]);
        var at = 0;
        for (var l = 0; l < Layers; l++)
        {
            _weightAt[l] = at;
            _biasAt[l] = at += Sizes[l] * Sizes[l + 1];
            at += l == Layers - 1 ? 0 : Sizes[l + 1];
        }

        _wideAt = at;
        ParameterCount = at + (wide ? Inputs : 0);
    }

    /// <summary>Inputs, hidden sizes, 1.</summary>
    public int[] Sizes { get; }

    /// <summary>Nonlinearity of the hidden layers.</summary>
    public Activation Activation { get; }

    /// <summary>Whether there is a linear path from the inputs to the output.</summary>
    public bool Wide { get; }

    /// <summary>Floats in the parameter array.</summary>
    public int ParameterCount { get; }

    /// <summary>Inputs per example.</summary>
    public int Inputs => Sizes[0];

    private int Layers => Sizes.Length - 1;

    /// <summary>The linear path's weights [inputs] inside <paramref name="parameters"/>.</summary>
    public Span<float> WideWeights(Span<float> parameters) => parameters.Slice(_wideAt, Wide ? Inputs : 0);

    /// <summary>New parameters: hidden layers by He et al. 2015, the last layer and the linear path zero.</summary>
    public float[] Initialize(SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var parameters = new float[ParameterCount];
        for (var l = 0; l < Layers - 1; l++)
        {
            var deviation = MathF.Sqrt(2f / Sizes[l]);
            for (var i = _weightAt[l]; i < _biasAt[l]; i++)
                parameters[i] = random.NextNormal() * deviation;
        }

        return parameters;
    }

    /// <summary>Computes the outputs of a batch, and keeps what <see cref="Backward"/> needs.</summary>
    /// <param name="x">[batch, inputs], row-major.</param>
    /// <param name="workspace">Keeps the activations that <see cref="Backward"/> needs.</param>
    /// <returns>[batch], inside <paramref name="workspace"/>; valid until its next use.</returns>
    public Span<float> Forward(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, int batch, MlpWorkspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        Require(parameters.Length == ParameterCount && x.Length >= batch * Inputs, parameters.Length, x.Length, batch);
        workspace.Reserve(this, batch);
        for (var row = 0; row < batch; row += RowsPerBlock)
            ForwardBlock(parameters, x, row, Math.Min(RowsPerBlock, batch - row), workspace, row);
        return workspace.Logits.AsSpan(0, batch);
    }

    /// <summary>
    /// Computes the outputs of a batch and keeps nothing: a block of rows goes through all layers before the next one,
    /// in buffers that stay in the caches. Equal to <see cref="Forward"/> bit by bit, and each row to itself in any
    /// other batch. What a <see cref="Forward"/> before kept in this workspace is lost.
    /// </summary>
    /// <param name="x">[batch, inputs], row-major.</param>
    /// <param name="outputs">[batch].</param>
    public void Predict(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, int batch, Span<float> outputs, MlpWorkspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        Require(
            parameters.Length == ParameterCount && x.Length >= batch * Inputs && outputs.Length >= batch,
            parameters.Length, x.Length, batch);
        workspace.Reserve(this, Math.Min(RowsPerBlock, batch));
        for (var row = 0; row < batch; row += RowsPerBlock)
        {
            var rows = Math.Min(RowsPerBlock, batch - row);
            ForwardBlock(parameters, x, row, rows, workspace, 0);
            workspace.Logits.AsSpan(0, rows).CopyTo(outputs[row..]);
        }
    }

    /// <summary>Adds the gradients of a batch's parameters to <paramref name="gradients"/>.</summary>
    /// <param name="x">The very input of the last <see cref="Forward"/> with <paramref name="workspace"/>.</param>
    /// <param name="outputGradients">[batch], the derivative of the loss by each output.</param>
    /// <param name="inputGradients">[batch, inputs], overwritten with the derivative of the loss by each input, for
    /// layers below; empty where there are none.</param>
    public void Backward(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<float> outputGradients, int batch,
        MlpWorkspace workspace, Span<float> gradients, Span<float> inputGradients = default)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        Require(
            gradients.Length == ParameterCount && outputGradients.Length >= batch, gradients.Length, x.Length, batch);
        Require(
            inputGradients.IsEmpty || inputGradients.Length >= batch * Inputs, gradients.Length,
            inputGradients.Length, batch);
        if (Wide)
            MatrixKernels.MultiplyAdd(
                x, 1, Inputs, outputGradients, gradients.Slice(_wideAt, Inputs), Inputs, batch, 1);
        var upper = outputGradients;
        for (var l = Layers - 1; l >= 0; l--)
        {
            var (ins, outs) = (Sizes[l], Sizes[l + 1]);
            var input = l == 0 ? x : workspace.Outputs[l - 1];
            MatrixKernels.MultiplyAdd(
                input, 1, ins, upper, gradients.Slice(_weightAt[l], ins * outs), ins, batch, outs);
            if (l < Layers - 1)
                MatrixKernels.AddColumnSums(upper, gradients.Slice(_biasAt[l], outs), batch);
            if (l == 0 && inputGradients.IsEmpty)
                return;
            var lower = l == 0 ? inputGradients[..(batch * ins)] : workspace.Gradients[l - 1].AsSpan(0, batch * ins);
            Down(parameters.Slice(_weightAt[l], ins * outs), upper, lower, batch, ins, outs, workspace);
            if (l == 0)
            {
                if (Wide)
                    MatrixKernels.MultiplyAdd(
                        outputGradients, 1, 1, parameters.Slice(_wideAt, Inputs), lower, batch, 1, ins);
                return;
            }

            Activations.Backward(Activation, workspace.Slopes(this, l - 1).AsSpan(0, batch * ins), lower);
            upper = lower;
        }
    }

    /// <summary>Rows of x from <paramref name="row"/> on, through all layers into the workspace's rows from
    /// <paramref name="to"/> on.</summary>
    private void ForwardBlock(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, int row, int rows, MlpWorkspace workspace, int to)
    {
        x = x.Slice(row * Inputs, rows * Inputs);
        var input = x;
        for (var l = 0; l < Layers - 1; l++)
        {
            var (ins, outs) = (Sizes[l], Sizes[l + 1]);
            var outputs = workspace.Outputs[l].AsSpan(to * outs, rows * outs);
            var rectify = Activation == Activation.Relu;
            var sums = rectify ? outputs : workspace.Sums[l].AsSpan(to * outs, rows * outs);
            MatrixKernels.Affine(
                input, parameters.Slice(_weightAt[l], ins * outs), parameters.Slice(_biasAt[l], outs), sums, rows, ins,
                outs, rectify ? 0 : float.NegativeInfinity);
            if (!rectify)
                Activations.Forward(Activation, sums, outputs);
            input = outputs;
        }

        var logits = workspace.Logits.AsSpan(to, rows);
        VectorKernels.DotRows(input, parameters.Slice(_weightAt[^1], Sizes[^2]), logits);
        if (Wide)
            MatrixKernels.MultiplyAdd(x, Inputs, 1, parameters[_wideAt..], logits, rows, Inputs, 1);
    }

    /// <summary>lower = upper · weightsᵀ.</summary>
    private static void Down(
        ReadOnlySpan<float> weights, ReadOnlySpan<float> upper, Span<float> lower, int batch, int ins, int outs,
        MlpWorkspace workspace)
    {
        if (batch < TransposeRows)
        {
            for (var b = 0; b < batch; b++)
                VectorKernels.DotRows(weights, upper.Slice(b * outs, outs), lower.Slice(b * ins, ins));
            return;
        }

        var transposed = workspace.Transposed.AsSpan(0, ins * outs);
        MatrixKernels.Transpose(weights, transposed, ins, outs);
        MatrixKernels.Affine(upper, transposed, workspace.Zeros, lower, batch, outs, ins);
    }

    private void Require(bool holds, int parameters, int inputs, int batch)
    {
        if (!holds)
            throw new ArgumentException(
                $"A batch of {batch} needs {ParameterCount} parameters and {batch * Inputs} inputs; got {parameters} " +
                $"and {inputs}.");
    }
}
