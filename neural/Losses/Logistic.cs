namespace Engage.Neural;

/// <summary>Binary cross entropy on logits, stable at any size of the logit: what a sigmoid would round to 0 or 1 is
/// never put into a logarithm.</summary>
public static class Logistic
{
    /// <summary>1 / (1 + e^-logit).</summary>
    public static float Probability(float logit) => 1 / (1 + MathF.Exp(-logit));

    /// <summary>-label · ln p - (1 - label) · ln(1 - p), in nats, with p = sigmoid(logit).</summary>
    /// <param name="label">0 to 1.</param>
    public static float Loss(float logit, float label) => Softplus(logit) - (label * logit);

    /// <summary>The derivative of <see cref="Loss"/> by the logit: p - label.</summary>
    public static float Gradient(float logit, float label) => Probability(logit) - label;

    /// <summary>Turns logits into the gradients of their mean loss.</summary>
    /// <param name="logits">[batch], overwritten.</param>
    /// <param name="labels">[batch], each 0 to 1.</param>
    /// <returns>The mean loss in nats; 0 for none.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static float MeanLoss(Span<float> logits, ReadOnlySpan<float> labels)
    {
        Shapes.Require(nameof(labels), logits.Length, labels.Length);
        var loss = 0f;
        for (var i = 0; i < logits.Length; i++)
        {
            loss += Loss(logits[i], labels[i]);
            logits[i] = Gradient(logits[i], labels[i]) / logits.Length;
        }

        return logits.IsEmpty ? 0 : loss / logits.Length;
    }

    /// <summary>ln(1 + e^x) without overflow.</summary>
    internal static float Softplus(float x) => MathF.Max(x, 0) + LogOnePlus(MathF.Exp(-MathF.Abs(x)));

    // ln(1 + x) for x in [0, 1]; the double keeps the digits that 1 + x would lose.
    private static float LogOnePlus(float x) => x < 1e-5f ? x : (float)Math.Log(1 + (double)x);
}
