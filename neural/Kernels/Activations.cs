namespace Engage.Neural;

/// <summary>Nonlinearities, element by element.</summary>
public static class Activations
{
    private const float GeluScale = 0.7978845608f; // sqrt(2 / π)
    private const float GeluCubic = 0.044715f;

    /// <summary>outputs = f(sums).</summary>
    public static void Forward(Activation activation, ReadOnlySpan<float> sums, Span<float> outputs)
    {
        if (activation == Activation.Relu)
            for (var i = 0; i < sums.Length; i++)
                outputs[i] = MathF.Max(0, sums[i]);
        else
            for (var i = 0; i < sums.Length; i++)
                outputs[i] = 0.5f * sums[i] * (1 + MathF.Tanh(GeluInner(sums[i])));
    }

    /// <summary>gradients *= f'(sums).</summary>
    public static void Backward(Activation activation, ReadOnlySpan<float> sums, Span<float> gradients)
    {
        if (activation == Activation.Relu)
            for (var i = 0; i < sums.Length; i++)
                gradients[i] = sums[i] > 0 ? gradients[i] : 0;
        else
            for (var i = 0; i < sums.Length; i++)
                gradients[i] *= GeluSlope(sums[i]);
    }

    private static float GeluInner(float x) => GeluScale * (x + (GeluCubic * x * x * x));

    private static float GeluSlope(float x)
    {
        var tanh = MathF.Tanh(GeluInner(x));
        return (0.5f * (1 + tanh)) + (0.5f * x * (1 - (tanh * tanh)) * GeluScale * (1 + (3 * GeluCubic * x * x)));
    }
}
