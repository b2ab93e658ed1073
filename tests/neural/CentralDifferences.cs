namespace Engage.Neural.Tests;

/// <summary>Holds gradients to (loss(x + h) - loss(x - h)) / 2h.</summary>
internal static class CentralDifferences
{
    private const float Step = 1e-2f;

    public static void Check(string name, float[] values, float[] gradients, Func<float> loss, int stride = 1)
    {
        Assert.Equal(values.Length, gradients.Length);
        for (var i = 0; i < values.Length; i += stride)
        {
            var saved = values[i];
            values[i] = saved + Step;
            var up = loss();
            values[i] = saved - Step;
            var down = loss();
            values[i] = saved;
            var slope = (up - down) / (2 * Step);
            Assert.True(
                MathF.Abs(slope - gradients[i]) <= 2e-2f * MathF.Max(0.1f, MathF.Abs(slope)),
                $"{name}[{i}]: gradient {gradients[i]}, central difference {slope}");
        }
    }

    /// <summary>Σ a·b: as a loss, b are the gradients by a.</summary>
    public static float Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return (float)sum;
    }
}
