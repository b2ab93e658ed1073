namespace Engage.Neural;

/// <summary>Bayesian personalized ranking (Rendle et al. 2009): what was taken shall score above what was not, loss
/// = -ln sigmoid(positive - negative).</summary>
public static class BayesianRanking
{
    /// <summary>Loss of one pair in nats, and its derivative by the positive score; the negative's is its
    /// opposite.</summary>
    public static (float Loss, float Gradient) Pair(float positive, float negative)
    {
        var margin = positive - negative;
        return (Logistic.Softplus(-margin), -Logistic.Probability(-margin));
    }

    /// <summary>Turns the scores of one positive and its negatives into the gradients of their mean pairwise
    /// loss.</summary>
    /// <param name="scores">[1 + negatives], the positive first; overwritten.</param>
    /// <returns>The mean loss in nats; 0 without negatives.</returns>
    public static float MeanLoss(Span<float> scores)
    {
        if (scores.Length < 2)
        {
            scores.Clear();
            return 0;
        }

        var negatives = scores.Length - 1;
        float loss = 0, pull = 0;
        for (var n = 1; n < scores.Length; n++)
        {
            var pair = Pair(scores[0], scores[n]);
            loss += pair.Loss;
            pull += pair.Gradient;
            scores[n] = -pair.Gradient / negatives;
        }

        scores[0] = pull / negatives;
        return loss / negatives;
    }
}
