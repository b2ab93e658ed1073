namespace Engage.Neural;

/// <summary>
/// Inverted dropout (Srivastava et al. 2014): while training each value is dropped with a probability and what stays is
/// raised by 1 / (1 - probability), so that inference needs no correction and does nothing.
/// </summary>
public sealed class Dropout
{
    /// <param name="probability">Of dropping a value, 0 to below 1.</param>
    public Dropout(float probability)
    {
        if (!(probability is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(
                nameof(probability), probability, "A probability of dropping is 0 to below 1.");
        Probability = probability;
    }

    /// <summary>Of dropping a value.</summary>
    public float Probability { get; }

    /// <summary>Drops values in place.</summary>
    /// <param name="values">Any shape.</param>
    /// <param name="mask">As long as <paramref name="values"/>: what each value was multiplied by.</param>
    /// <param name="random">The source of chance; null for inference, which changes nothing and fills the mask with
    /// 1.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Forward(Span<float> values, Span<float> mask, SeededRandom? random)
    {
        Shapes.Require(nameof(mask), values.Length, mask.Length);
        if (random is null || Probability == 0)
        {
            mask.Fill(1);
            return;
        }

        var kept = 1 / (1 - Probability);
        for (var i = 0; i < values.Length; i++)
            values[i] *= mask[i] = random.NextSingle() < Probability ? 0 : kept;
    }

    /// <summary>gradients *= mask.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Backward(ReadOnlySpan<float> mask, Span<float> gradients)
    {
        Shapes.Require(nameof(gradients), mask.Length, gradients.Length);
        for (var i = 0; i < mask.Length; i++)
            gradients[i] *= mask[i];
    }
}
