using Engage.Neural;

namespace Engage.Recommend;

/// <summary>Learns from a batch of examples.</summary>
/// <returns>The sum of the losses before the step.</returns>
internal delegate double FitStep<T>(ReadOnlySpan<T> batch);

/// <summary>Goes through examples in small shuffled batches.</summary>
internal static class BatchOrder
{
    /// <returns>The mean loss of the last epoch; NaN without examples.</returns>
    public static double Fit<T>(
        IReadOnlyList<T> examples, int epochs, int batch, ulong seed, FitStep<T> step, CancellationToken cancel)
    {
        var (order, random, loss) = (examples.ToArray(), new SeededRandom(seed), double.NaN);
        for (var epoch = 0; epoch < epochs && order.Length > 0; epoch++)
        {
            // Fisher and Yates.
            for (var i = order.Length - 1; i > 0; i--)
            {
                var j = random.Next(i + 1);
                (order[i], order[j]) = (order[j], order[i]);
            }

            loss = 0;
            for (var from = 0; from < order.Length; from += batch)
            {
                cancel.ThrowIfCancellationRequested();
                loss += step(order.AsSpan(from, Math.Min(batch, order.Length - from)));
            }

            loss /= order.Length;
        }

        return loss;
    }
}
