using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// How the engagement model takes part in serving. Both experts speak in logarithms of probabilities, so a weighted sum
/// is the logarithm of their weighted geometric mean (a product of experts): an item must convince both.
/// </summary>
/// <param name="Share">
/// The engagement model's part, 0 to 1. At 0 the ranker's logits are served as they are.
/// </param>
internal readonly record struct EngagementView(EngagementWeights Weights, float Share)
{
    /// <summary>What is not a number is served after everything that is one.</summary>
    private const float Worst = -1e6f;

    /// <summary>
    /// Turns the ranker's logits of one query's candidates into final scores, in place. All are scored as if they stood
    /// in the first slot, so that what only ever stood further down is not blamed for it.
    /// </summary>
    /// <param name="rows">[candidates, features], standardized.</param>
    /// <param name="logits">[candidates].</param>
    public void Mix(ReadOnlySpan<float> rows, Span<float> logits, EngagementScratch scratch)
    {
        MakeFinite(logits);
        if (Share == 0 || logits.Length == 0)
            return;
        var layout = Weights.Layout;
        var shown = scratch.Rows(logits.Length * layout.Count);
        var logSum = LogSumExp(logits);
        for (var i = 0; i < logits.Length; i++)
            layout.FillShown(
                shown.Slice(i * layout.Count, layout.Count), rows.Slice(i * layout.Ranked, layout.Ranked),
                logits[i] - logSum, slot: 0);
        var engaged = Weights.Score(shown, logits.Length, scratch.Workspace);
        for (var i = 0; i < logits.Length; i++)
            logits[i] = ((1 - Share) * (logits[i] - logSum)) - (Share * Logistic.Loss(engaged[i], label: 1));
        MakeFinite(logits);
    }

    public static float LogSumExp(ReadOnlySpan<float> logits)
    {
        var max = float.NegativeInfinity;
        foreach (var logit in logits)
            max = MathF.Max(max, logit);
        var sum = 0f;
        foreach (var logit in logits)
            sum += MathF.Exp(logit - max);
        return max + MathF.Log(sum);
    }

    private static void MakeFinite(Span<float> logits)
    {
        foreach (ref var logit in logits)
            if (!float.IsFinite(logit))
                logit = Worst;
    }
}

/// <summary>Buffers of one caller.</summary>
internal sealed class EngagementScratch
{
    private float[] _rows = [];

    public MlpWorkspace Workspace { get; } = new();

    public Span<float> Rows(int floats)
    {
        if (_rows.Length < floats)
            _rows = new float[Math.Max(floats, 2 * _rows.Length)];
        return _rows.AsSpan(0, floats);
    }
}
