namespace Engage.Neural;

/// <summary>Metrics of probabilities against what then happened.</summary>
public static class BinaryMetrics
{
    // A probability of exactly 0 that was wrong would be infinitely bad; scikit-learn and others clip too.
    private const double Clip = 1e-7;

    /// <summary>Loss of one probability in nats, clipped to stay finite.</summary>
    public static double LogLoss(double probability, bool happened) =>
        -Math.Log(Math.Clamp(happened ? probability : 1 - probability, Clip, 1));

    /// <summary>Mean loss in nats; NaN for no examples.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double LogLoss(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> happened)
    {
        Shapes.Require(nameof(happened), probabilities.Length, happened.Length);
        var sum = 0.0;
        for (var i = 0; i < probabilities.Length; i++)
            sum += LogLoss(probabilities[i], happened[i]);
        return sum / probabilities.Length;
    }

    /// <summary>Share of examples on the right side of <paramref name="threshold"/>; NaN for no examples.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Accuracy(
        ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> happened, float threshold = 0.5f)
    {
        Shapes.Require(nameof(happened), probabilities.Length, happened.Length);
        var right = 0;
        for (var i = 0; i < probabilities.Length; i++)
            right += (probabilities[i] >= threshold) == happened[i] ? 1 : 0;
        return (double)right / probabilities.Length;
    }

    /// <summary>
    /// Area under the ROC curve, exact: the share of pairs of a positive and a negative in which the positive scores
    /// higher, ties counted half (Mann and Whitney). NaN unless both kinds are there.
    /// </summary>
    /// <param name="scores">Any numbers whose order counts, none NaN.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Auc(ReadOnlySpan<float> scores, ReadOnlySpan<bool> happened)
    {
        Shapes.Require(nameof(happened), scores.Length, happened.Length);
        var (sorted, labels) = (scores.ToArray(), happened.ToArray());
        Array.Sort(sorted, labels);
        // Counted in halves, so that the sum stays a whole number and exact.
        long negatives = 0, positives = 0, halves = 0;
        for (int from = 0, to; from < sorted.Length; from = to)
        {
            long tiedPositives = 0;
            for (to = from; to < sorted.Length && sorted[to].CompareTo(sorted[from]) == 0; to++)
                tiedPositives += labels[to] ? 1 : 0;
            var tiedNegatives = to - from - tiedPositives;
            halves += tiedPositives * ((2 * negatives) + tiedNegatives);
            (negatives, positives) = (negatives + tiedNegatives, positives + tiedPositives);
        }

        return halves / (2.0 * positives * negatives);
    }
}
