namespace Engage.Neural;

/// <summary>Softmax losses over one positive and its negatives.</summary>
public static class Softmax
{
    /// <summary>Turns logits into probabilities in place.</summary>
    public static void Normalize(Span<float> logits)
    {
        var max = float.NegativeInfinity;
        foreach (var logit in logits)
            max = MathF.Max(max, logit);
        var sum = 0f;
        for (var i = 0; i < logits.Length; i++)
            sum += logits[i] = MathF.Exp(logits[i] - max);
        for (var i = 0; i < logits.Length; i++)
            logits[i] /= sum;
    }

    /// <summary>Turns logits into the gradients of the cross entropy with <paramref name="positive"/> as the one right
    /// answer.</summary>
    /// <returns>The loss in nats.</returns>
    public static float CrossEntropy(Span<float> logits, int positive)
    {
        Normalize(logits);
        var loss = -MathF.Log(MathF.Max(logits[positive], 1e-30f));
        logits[positive] -= 1;
        return loss;
    }

    /// <summary>
    /// The log-Q correction of sampled softmax (Bengio and Senécal 2008; Yi et al. 2019): an item drawn with
    /// probability q as one of
    /// <paramref name="draws"/> negatives stands for 1 / (draws·q) items, so its logit is lowered by log(draws·q).
    /// </summary>
    public static float Corrected(float logit, float q, int draws) => logit - MathF.Log(MathF.Max(q * draws, 1e-12f));
}
