namespace Engage.Neural;

/// <summary>
/// y = x·W + b, with any number of outputs. The class holds the shape; the parameters are one flat array: weights
/// [in, out] row-major, then biases [out].
/// </summary>
public sealed class Dense
{
    /// <param name="inputs">Inputs per example, at least 1.</param>
    /// <param name="outputs">Outputs per example, at least 1.</param>
    public Dense(int inputs, int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        (Inputs, Outputs) = (inputs, outputs);
    }

    /// <summary>Inputs per example.</summary>
    public int Inputs { get; }

    /// <summary>Outputs per example.</summary>
    public int Outputs { get; }

    /// <summary>Floats in the parameter array.</summary>
    public int ParameterCount => (Inputs + 1) * Outputs;

    private int BiasAt => Inputs * Outputs;

    /// <summary>Sets new parameters: weights uniform within ± 1/√in, biases zero.</summary>
    public void Initialize(Span<float> parameters, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Shapes.Require(nameof(parameters), ParameterCount, parameters.Length);
        var bound = 1 / MathF.Sqrt(Inputs);
        foreach (ref var weight in parameters[..BiasAt])
            weight = ((2 * random.NextSingle()) - 1) * bound;
        parameters[BiasAt..].Clear();
    }

    /// <summary>Computes a batch.</summary>
    /// <param name="x">[batch, in].</param>
    /// <param name="y">[batch, out], overwritten; must not overlap <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">A length disagrees with the shape.</exception>
    public void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, int batch, Span<float> y)
    {
        Shapes.Require(nameof(parameters), ParameterCount, parameters.Length);
        Shapes.Require(nameof(x), batch * Inputs, x.Length);
        Shapes.Require(nameof(y), batch * Outputs, y.Length);
        for (var b = 0; b < batch; b++)
            parameters[BiasAt..].CopyTo(y.Slice(b * Outputs, Outputs));
        MatrixKernels.MultiplyAdd(x, Inputs, 1, parameters[..BiasAt], y, batch, Inputs, Outputs);
    }

    /// <summary>Adds the gradients of a batch's parameters to <paramref name="gradients"/>.</summary>
    /// <param name="x">The input of <see cref="Forward"/>, [batch, in].</param>
    /// <param name="outputGradients">[batch, out].</param>
    /// <param name="inputGradients">[batch, in], overwritten; empty where there is no layer below.</param>
    /// <exception cref="ArgumentException">A length disagrees with the shape.</exception>
    public void Backward(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<float> outputGradients, int batch,
        Span<float> gradients, Span<float> inputGradients = default)
    {
        Shapes.Require(nameof(parameters), ParameterCount, parameters.Length);
        Shapes.Require(nameof(gradients), ParameterCount, gradients.Length);
        Shapes.Require(nameof(x), batch * Inputs, x.Length);
        Shapes.Require(nameof(outputGradients), batch * Outputs, outputGradients.Length);
        MatrixKernels.MultiplyAdd(x, 1, Inputs, outputGradients, gradients[..BiasAt], Inputs, batch, Outputs);
        for (var b = 0; b < batch; b++)
            VectorKernels.AddScaled(gradients[BiasAt..], outputGradients.Slice(b * Outputs, Outputs), 1);
        if (inputGradients.IsEmpty)
            return;
        Shapes.Require(nameof(inputGradients), batch * Inputs, inputGradients.Length);
        // A row of W belongs to one input: its product with an example's output gradients is that input's gradient.
        for (var b = 0; b < batch; b++)
            VectorKernels.DotRows(
                parameters[..BiasAt],
                outputGradients.Slice(b * Outputs, Outputs),
                inputGradients.Slice(b * Inputs, Inputs));
    }
}
