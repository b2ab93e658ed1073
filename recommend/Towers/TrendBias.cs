using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// Item biases that follow the stream: each is a softmax model of what is taken next by anyone, learned by plain
/// gradient steps that never get smaller, so it forgets as fast as its rate is high. How much each counts in the
/// towers' logit is learned too, by one gate per rate: on a stream without fashions the gates close.
/// </summary>
internal sealed class TrendBias
{
    private const float GateAtFirst = 0.3f;
    private const float GateRate = 0.05f;

    private readonly IReadOnlyList<float> _rates;
    private readonly float[] _gateSums;
    private readonly float[] _logits;

    public TrendBias(RecommenderOptions options)
    {
        _rates = options.TowerTrendRates;
        (Gates, _gateSums) = (new float[_rates.Count], new float[_rates.Count]);
        Array.Fill(Gates, GateAtFirst);
        Array.Fill(_gateSums, options.TowerAccumulator);
        _logits = new float[options.TowerNegatives + 1];
    }

    /// <summary>Weight of each bias in the logit, [rates].</summary>
    public float[] Gates { get; }

    /// <summary>One step towards the first of <paramref name="drawn"/>.</summary>
    /// <param name="output">The items' vectors, whose columns from <paramref name="at"/> on are the biases.</param>
    /// <param name="drawn">The item taken, then the negatives.</param>
    /// <param name="corrections">What is added to the logit of each for how it was drawn; -infinity where a
    /// negative does not count.</param>
    /// <param name="gradients">The towers' loss by the logit of each.</param>
    public void Learn(
        ItemVectors output, int at, ReadOnlySpan<int> drawn, ReadOnlySpan<float> corrections,
        ReadOnlySpan<float> gradients)
    {
        var logits = _logits.AsSpan(0, drawn.Length);
        for (var trend = 0; trend < _rates.Count; trend++)
        {
            var byGate = 0f;
            for (var n = 0; n < drawn.Length; n++)
            {
                var bias = output.Row(drawn[n])[at + trend];
                byGate += gradients[n] * bias;
                logits[n] = bias + corrections[n];
            }

            _gateSums[trend] += byGate * byGate;
            Gates[trend] -= GateRate * byGate / MathF.Sqrt(_gateSums[trend]);
            Softmax.CrossEntropy(logits, 0);
            for (var n = 0; n < drawn.Length; n++)
                if (logits[n] != 0)
                    output.Writable(drawn[n])[at + trend] -= _rates[trend] * logits[n];
        }
    }

    public void Carry(ModelState state)
    {
        state.Fixed("towers.gates", Gates);
        state.Fixed("towers.gate_sums", _gateSums);
    }
}
