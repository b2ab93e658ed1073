namespace Engage.Neural;

/// <summary>
/// Layer normalization (Ba et al. 2016): y = gain · (x - mean) / √(variance + ε) + bias, each example by its own mean
/// and (biased) variance. The parameters are one flat array: gains [width], then biases [width].
/// </summary>
public sealed class LayerNorm
{
    private readonly float _epsilon;

    /// <param name="width">Features per example, at least 1.</param>
    /// <param name="epsilon">Keeps a constant row finite.</param>
    public LayerNorm(int width, float epsilon = 1e-5f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        (Width, _epsilon) = (width, epsilon);
    }

    /// <summary>Features per example.</summary>
    public int Width { get; }

    /// <summary>Floats in the parameter array.</summary>
    public int ParameterCount => 2 * Width;

    /// <summary>Sets new parameters: gains 1, biases 0.</summary>
    public void Initialize(Span<float> parameters)
    {
        Shapes.Require(nameof(parameters), ParameterCount, parameters.Length);
        parameters[..Width].Fill(1);
        parameters[Width..].Clear();
    }

    /// <summary>Normalizes a batch.</summary>
    /// <param name="x">[batch, width].</param>
    /// <param name="y">[batch, width], overwritten; may be <paramref name="x"/> itself.</param>
    /// <exception cref="ArgumentException">A length disagrees with the shape.</exception>
    public void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, int batch, Span<float> y)
    {
        Shapes.Require(nameof(parameters), ParameterCount, parameters.Length);
        Shapes.Require(nameof(x), batch * Width, x.Length);
        Shapes.Require(nameof(y), batch * Width, y.Length);
        var gain = parameters[..Width];
        var bias = parameters[Width..];
        for (var b = 0; b < batch; b++)
        {
            var row = x.Slice(b * Width, Width);
            var into = y.Slice(b * Width, Width);
            var (mean, inverse) = Moments(row);
            for (var i = 0; i < row.Length; i++)
                into[i] = (gain[i] * (row[i] - mean) * inverse) + bias[i];
        }
    }

    /// <summary>Adds the gradients of gains and biases to <paramref name="gradients"/>. Mean and variance are computed
    /// again: that costs less than keeping them.</summary>
    /// <param name="x">The input of <see cref="Forward"/>, [batch, width].</param>
    /// <param name="outputGradients">[batch, width].</param>
    /// <param name="inputGradients">[batch, width], overwritten; may be <paramref name="outputGradients"/>
    /// itself.</param>
    /// <exception cref="ArgumentException">A length disagrees with the shape.</exception>
    public void Backward(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<float> outputGradients, int batch,
        Span<float> gradients, Span<float> inputGradients)
    {
        Shapes.Require(nameof(parameters), ParameterCount, parameters.Length);
        Shapes.Require(nameof(gradients), ParameterCount, gradients.Length);
        Shapes.Require(nameof(x), batch * Width, x.Length);
        Shapes.Require(nameof(outputGradients), batch * Width, outputGradients.Length);
        Shapes.Require(nameof(inputGradients), batch * Width, inputGradients.Length);
        for (var b = 0; b < batch; b++)
            BackwardRow(
                parameters[..Width], x.Slice(b * Width, Width), outputGradients.Slice(b * Width, Width),
                gradients[..Width], gradients[Width..], inputGradients.Slice(b * Width, Width));
    }

    // With n = (x - mean)·inverse and u = gain·dy: dx = inverse · (u - mean(u) - n·mean(u·n)).
    private void BackwardRow(
        ReadOnlySpan<float> gain, ReadOnlySpan<float> row, ReadOnlySpan<float> dy,
        Span<float> gainGradients, Span<float> biasGradients, Span<float> dx)
    {
        var (mean, inverse) = Moments(row);
        float sum = 0, along = 0;
        for (var i = 0; i < row.Length; i++)
        {
            var n = (row[i] - mean) * inverse;
            gainGradients[i] += dy[i] * n;
            biasGradients[i] += dy[i];
            sum += gain[i] * dy[i];
            along += gain[i] * dy[i] * n;
        }

        (sum, along) = (sum / Width, along / Width);
        for (var i = 0; i < row.Length; i++)
            dx[i] = inverse * ((gain[i] * dy[i]) - sum - ((row[i] - mean) * inverse * along));
    }

    private (float Mean, float Inverse) Moments(ReadOnlySpan<float> row)
    {
        var mean = 0f;
        foreach (var value in row)
            mean += value;
        mean /= Width;
        var variance = 0f;
        foreach (var value in row)
            variance += (value - mean) * (value - mean);
        return (mean, 1 / MathF.Sqrt((variance / Width) + _epsilon));
    }
}
