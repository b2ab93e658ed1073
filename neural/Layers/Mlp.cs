namespace Engage.Neural;

/// <summary>Nonlinearity between the layers of an <see cref="Mlp"/>.</summary>
public enum Activation
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x·Φ(x) by its tanh approximation (Hendrycks and Gimpel 2016).</summary>
    Gelu,
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

    /// <summary>Computes the outputs of a batch.</summary>
    /// <param name="x">[batch, inputs], row-major.</param>
    /// <param name="workspace">Keeps the activations that <see cref="Backward"/> needs.</param>
    /// <returns>[batch], inside <paramref name="workspace"/>; valid until its next use.</returns>
    public Span<float> Forward(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, int batch, MlpWorkspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        Require(parameters.Length == ParameterCount && x.Length >= batch * Inputs, parameters.Length, x.Length, batch);
        workspace.Reserve(this, batch);
        var input = x;
        for (var l = 0; l < Layers; l++)
        {
            var (ins, outs) = (Sizes[l], Sizes[l + 1]);
            var sums = workspace.Sums[l].AsSpan(0, batch * outs);
            if (l == Layers - 1)
                sums.Clear();
            else
                for (var b = 0; b < batch; b++)
                    parameters.Slice(_biasAt[l], outs).CopyTo(sums[(b * outs)..]);
            var weights = parameters.Slice(_weightAt[l], ins * outs);
            MatrixKernels.MultiplyAdd(input, ins, 1, weights, sums, batch, ins, outs);
            if (l == Layers - 1)
            {
                if (Wide)
                    MatrixKernels.MultiplyAdd(x, Inputs, 1, parameters[_wideAt..], sums, batch, Inputs, 1);
                return sums;
            }

            var outputs = workspace.Outputs[l].AsSpan(0, batch * outs);
            Activations.Forward(Activation, sums, outputs);
            input = outputs;
        }

        throw new InvalidOperationException("A perceptron has at least one layer.");
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
                for (var b = 0; b < batch; b++)
                    VectorKernels.AddScaled(gradients.Slice(_biasAt[l], outs), upper.Slice(b * outs, outs), 1);
            if (l == 0 && inputGradients.IsEmpty)
                return;
            var transposed = workspace.Transposed.AsSpan(0, ins * outs);
            MatrixKernels.Transpose(parameters.Slice(_weightAt[l], ins * outs), transposed, ins, outs);
            var lower = l == 0 ? inputGradients[..(batch * ins)] : workspace.Gradients[l - 1].AsSpan(0, batch * ins);
            lower.Clear();
            MatrixKernels.MultiplyAdd(upper, outs, 1, transposed, lower, batch, outs, ins);
            if (l == 0)
            {
                if (Wide)
                    MatrixKernels.MultiplyAdd(
                        outputGradients, 1, 1, parameters.Slice(_wideAt, Inputs), lower, batch, 1, ins);
                return;
            }

            Activations.Backward(Activation, workspace.Sums[l - 1].AsSpan(0, batch * ins), lower);
            upper = lower;
        }
    }

    private void Require(bool holds, int parameters, int inputs, int batch)
    {
        if (!holds)
            throw new ArgumentException(
                $"A batch of {batch} needs {ParameterCount} parameters and {batch * Inputs} inputs; got {parameters} " +
                $"and {inputs}.");
    }
}

/// <summary>Buffers of one caller; grow to the largest batch seen, fit whatever <see cref="Mlp"/> uses them, are not
/// thread-safe.</summary>
public sealed class MlpWorkspace
{
    private int _batch = -1;
    private int[] _sizes = [];

    internal float[][] Sums { get; private set; } = [];

    internal float[][] Outputs { get; private set; } = [];

    internal float[][] Gradients { get; private set; } = [];

    internal float[] Transposed { get; private set; } = [];

    internal void Reserve(Mlp mlp, int batch)
    {
        if (batch > _batch || !mlp.Sizes.AsSpan().SequenceEqual(_sizes))
            Grow(mlp, batch);
    }

    // Apart, because a method with closures allocates them on entry.
    private void Grow(Mlp mlp, int batch)
    {
        (_batch, _sizes) = (batch, mlp.Sizes);
        var sizes = mlp.Sizes.Skip(1).ToArray();
        Sums = [.. sizes.Select(size => new float[batch * size])];
        Outputs = [.. sizes.Select(size => new float[batch * size])];
        Gradients = [.. sizes.Select(size => new float[batch * size])];
        Transposed = new float[mlp.Sizes.Zip(sizes, (ins, outs) => ins * outs).Max()];
    }
}
