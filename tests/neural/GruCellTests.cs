using System.Runtime.Intrinsics;

namespace Engage.Neural.Tests;

/// <summary>A GRU's step equals its formulas, and has the same bits at each width.</summary>
public sealed unsafe class GruCellTests
{
    // Some registers of each width, and some features beside them.
    private const int Hidden = 29;

    [Fact]
    public void EveryWidthTakesTheSameStepBothWays()
    {
        var single = Step<Lanes1, float>();

        Assert.Equal(single, Step<Lanes128, Vector128<float>>());
        Assert.Equal(single, Step<Lanes256, Vector256<float>>());
        Assert.Equal(single, Step<Lanes512, Vector512<float>>());
    }

    [Fact]
    public void AStepEqualsItsFormulas()
    {
        var (gates, sums, bias, before) = Inputs();

        var (state, memory, activated) = (new float[Hidden], new float[Hidden], (float[])gates.Clone());
        fixed (float* g = activated, m = memory, from = before, products = sums, b = bias, to = state)
            new GruCell { Hidden = Hidden, Gates = g, Memory = m, Before = from }.Forward(products, b, to);

        for (var i = 0; i < Hidden; i++)
        {
            var r = Sigmoid(gates[i] + sums[i]);
            var z = Sigmoid(gates[Hidden + i] + sums[Hidden + i]);
            var n = Math.Tanh(gates[(2 * Hidden) + i] + (r * (sums[(2 * Hidden) + i] + bias[i])));
            Assert.Equal(n + (z * (before[i] - n)), state[i], 1e-5);
        }
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static float[] Step<TLanes, V>()
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var (gates, sums, bias, before) = Inputs();
        var (memory, state) = (new float[Hidden], new float[Hidden]);
        var (dx, dh) = (new float[3 * Hidden], new float[3 * Hidden]);
        fixed (float* g = gates, m = memory, from = before, products = sums, b = bias, to = state, x = dx, h = dh)
        {
            var cell = new GruCell { Hidden = Hidden, Gates = g, Memory = m, Before = from };
            cell.Forward<Lanes1, float>(cell.Forward<TLanes, V>(0, products, b, to), products, b, to);
            float[] after = [.. state];
            cell.Backward<Lanes1, float>(cell.Backward<TLanes, V>(0, to, x, h), to, x, h);
            return [.. gates, .. memory, .. after, .. state, .. dx, .. dh];
        }
    }

    private static (float[] Gates, float[] Sums, float[] Bias, float[] Before) Inputs()
    {
        var random = new SeededRandom(23);
        return (
            MlpTests.RandomArray(random, 3 * Hidden, 1), MlpTests.RandomArray(random, 3 * Hidden, 1),
            MlpTests.RandomArray(random, Hidden, 1), MlpTests.RandomArray(random, Hidden, 1));
    }
}
