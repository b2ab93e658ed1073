namespace Engage.Audience.Model;

/// <summary>Directions in the latent space of interests; all of them have length 1.</summary>
internal static class LatentVector
{
    /// <summary>
    /// Numbers in a direction: enough that a hundred topics stay apart, few enough that neighbours exist.
    /// </summary>
    public const int Dimensions = 16;

    /// <summary>A direction drawn evenly from the sphere.</summary>
    public static float[] Draw(Random random)
    {
        var vector = new float[Dimensions];
        for (var i = 0; i < Dimensions; i++)
            vector[i] = (float)Gaussian(random);
        return Normalize(vector);
    }

    /// <summary>The direction of a·first + b·second.</summary>
    public static float[] Blend(ReadOnlySpan<float> first, float a, ReadOnlySpan<float> second, float b)
    {
        var vector = new float[Dimensions];
        for (var i = 0; i < Dimensions; i++)
            vector[i] = (a * first[i]) + (b * second[i]);
        return Normalize(vector);
    }

    /// <summary>Cosine of two directions, in [-1, 1].</summary>
    public static float Cosine(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        var sum = 0f;
        for (var i = 0; i < Dimensions; i++)
            sum += first[i] * second[i];
        return sum;
    }

    /// <summary>A draw from the standard normal distribution (Box and Muller, 1958).</summary>
    public static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static float[] Normalize(float[] vector)
    {
        var length = MathF.Sqrt(Cosine(vector, vector));
        if (length > 0)
            for (var i = 0; i < Dimensions; i++)
                vector[i] /= length;
        return vector;
    }
}
