namespace Engage.Neural;

/// <summary>Clipping by the global norm (Pascanu et al. 2013): all gradients of a model are shortened by one factor, so
/// that their direction stays.</summary>
public static class GradientClip
{
    // What PyTorch adds to the norm before it divides.
    private const float Epsilon = 1e-6f;

    /// <summary>Shortens gradients that are longer than <paramref name="normMax"/>.</summary>
    /// <returns>The norm before. When it is not finite the gradients are left as they are: do not step.</returns>
    public static float ByGlobalNorm(Span<float> gradients, float normMax)
    {
        var norm = MathF.Sqrt(VectorKernels.Dot(gradients, gradients));
        Shorten(gradients, norm, normMax);
        return norm;
    }

    /// <summary>The same for a model whose gradients are in several arrays.</summary>
    /// <returns>The norm of all together before. When it is not finite the gradients are left as they are: do not
    /// step.</returns>
    public static float ByGlobalNorm(ReadOnlySpan<float[]> gradients, float normMax)
    {
        var squares = 0f;
        foreach (var part in gradients)
            squares += VectorKernels.Dot(part, part);
        var norm = MathF.Sqrt(squares);
        foreach (var part in gradients)
            Shorten(part, norm, normMax);
        return norm;
    }

    private static void Shorten(Span<float> gradients, float norm, float normMax)
    {
        if (float.IsFinite(norm) && norm > normMax)
            VectorKernels.AddScaled(gradients, gradients, (normMax / (norm + Epsilon)) - 1);
    }
}
