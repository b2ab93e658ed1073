using System.Runtime.Intrinsics;

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

    /// <summary>Turns each column of logits [rows, columns] into probabilities in place; a column has the same bits
    /// beside any others.</summary>
    /// <exception cref="ArgumentException">The logits are not rows · columns.</exception>
    public static unsafe void NormalizeColumns(Span<float> logits, int rows, int columns)
    {
        Shapes.Require(nameof(logits), rows * columns, logits.Length);
        fixed (float* p = logits)
        {
            var done = Columns<Lanes512, Vector512<float>>(p, 0, rows, columns);
            done = Columns<Lanes256, Vector256<float>>(p, done, rows, columns);
            done = Columns<Lanes128, Vector128<float>>(p, done, rows, columns);
            Columns<Lanes1, float>(p, done, rows, columns);
        }
    }

    /// <summary>Whole registers from column <paramref name="n"/> on; returns the first column not done.</summary>
    internal static unsafe int Columns<TLanes, V>(float* p, int n, int rows, int columns)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        if (!TLanes.IsSupported)
            return n;
        for (; n + TLanes.Count <= columns; n += TLanes.Count)
        {
            var max = TLanes.Create(float.NegativeInfinity);
            for (nint r = 0; r < rows; r++)
                max = TLanes.AtLeast(max, TLanes.Load(p + (r * columns) + n));
            V sum = default;
            for (nint r = 0; r < rows; r++)
            {
                var at = p + (r * columns) + n;
                var share = ExpMap.Invoke<TLanes, V>(TLanes.Subtract(TLanes.Load(at), max));
                sum = TLanes.Add(sum, share);
                TLanes.Store(share, at);
            }

            for (nint r = 0; r < rows; r++)
                TLanes.Store(TLanes.Divide(TLanes.Load(p + (r * columns) + n), sum), p + (r * columns) + n);
        }

        return n;
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

    /// <summary>
    /// Sampled softmax with log-Q correction: turns the logits of one positive and the drawn negatives into gradients
    /// of the cross entropy that approximates the one over all items. The positive is always there, is no draw, and so
    /// stays uncorrected; a draw that hit the positive counts for nothing.
    /// </summary>
    /// <param name="logits">[1 + draws], the positive first; overwritten.</param>
    /// <param name="items">[1 + draws], what the logits belong to.</param>
    /// <param name="probabilities">[draws], with which each negative was drawn, above 0.</param>
    /// <returns>The loss in nats.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static float Sampled(Span<float> logits, ReadOnlySpan<int> items, ReadOnlySpan<float> probabilities)
    {
        var draws = logits.Length - 1;
        Shapes.Require(nameof(items), logits.Length, items.Length);
        Shapes.Require(nameof(probabilities), draws, probabilities.Length);
        for (var n = 1; n < logits.Length; n++)
            logits[n] = items[n] == items[0]
                ? float.NegativeInfinity
                : Corrected(logits[n], probabilities[n - 1], draws);
        return CrossEntropy(logits, 0);
    }

    /// <summary>
    /// In-batch sampled softmax (Yi et al. 2019): each example's positive is a negative for the others. All logits are
    /// lowered by log q, the positives' too, because here they all came by the same draw; another example's equal item
    /// counts for nothing.
    /// </summary>
    /// <param name="logits">[batch, batch]: row an example, column an item, positives on the diagonal; overwritten with
    /// the gradients of the mean loss.</param>
    /// <param name="items">[batch], what the columns belong to.</param>
    /// <param name="probabilities">[batch], of meeting each item in the stream, above 0.</param>
    /// <returns>The mean loss in nats; 0 for an empty batch.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static float InBatch(Span<float> logits, ReadOnlySpan<int> items, ReadOnlySpan<float> probabilities)
    {
        var batch = items.Length;
        Shapes.Require(nameof(logits), batch * batch, logits.Length);
        Shapes.Require(nameof(probabilities), batch, probabilities.Length);
        var loss = 0f;
        for (var r = 0; r < batch; r++)
        {
            var row = logits.Slice(r * batch, batch);
            for (var c = 0; c < batch; c++)
                row[c] = c != r && items[c] == items[r]
                    ? float.NegativeInfinity
                    : Corrected(row[c], probabilities[c], 1);
            loss += CrossEntropy(row, r);
            foreach (ref var gradient in row)
                gradient /= batch;
        }

        return batch == 0 ? 0 : loss / batch;
    }
}
