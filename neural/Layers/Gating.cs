namespace Engage.Neural;

/// <summary>The saturating nonlinearities of gates, in place.</summary>
internal static class Gating
{
    /// <summary>x = 1 / (1 + e^-x).</summary>
    public static void Sigmoid(Span<float> x)
    {
        foreach (ref var value in x)
            value = 1 / (1 + MathF.Exp(-value));
    }

    /// <summary>x = tanh x.</summary>
    public static void Tanh(Span<float> x)
    {
        foreach (ref var value in x)
            value = MathF.Tanh(value);
    }
}
