using Engage.Neural;

namespace Engage.Silo.Tests;

/// <summary>The forward pass written down as it is defined, in double precision, and seeded numbers for it.</summary>
internal static class ReferenceMlp
{
    private const float Relative = 1e-4f;

    public static float[] Compute(Mlp mlp, float[] parameters, float[] x, int batch)
    {
        var outputs = new float[batch];
        for (var b = 0; b < batch; b++)
        {
            var row = x.AsSpan(b * mlp.Inputs, mlp.Inputs).ToArray();
            var (hidden, at) = (row, 0);
            for (var l = 0; l + 1 < mlp.Sizes.Length; l++)
            {
                var (outs, last) = (mlp.Sizes[l + 1], l + 2 == mlp.Sizes.Length);
                var sums = new float[outs];
                for (var o = 0; o < outs; o++)
                {
                    var sum = last ? 0.0 : parameters[at + (hidden.Length * outs) + o];
                    for (var i = 0; i < hidden.Length; i++) sum += hidden[i] * parameters[at + (i * outs) + o];
                    sums[o] = (float)(last ? sum : Activate(mlp.Activation, sum));
                }
                at += (hidden.Length * outs) + (last ? 0 : outs);
                hidden = sums;
            }
            outputs[b] = hidden[0];
            if (mlp.Wide)
                for (var i = 0; i < row.Length; i++) outputs[b] += row[i] * parameters[at + i];
        }
        return outputs;
    }

    private static double Activate(Activation activation, double x) => activation switch
    {
        Activation.Relu => Math.Max(0, x),
        Activation.Gelu => 0.5 * x * (1 + Math.Tanh(0.7978845608 * (x + (0.044715 * x * x * x)))),
        Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Not written down here yet."),
    };

    public static float[] Parameters(Mlp mlp, int seed) =>
        Array.ConvertAll(Floats(mlp.ParameterCount, seed), value => value * 0.5f);

    public static float[] Floats(int count, int seed)
    {
        var random = new SeededRandom((ulong)seed + 1);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextNormal())];
    }

    /// <summary>Relative to the output, which is of the order of 1; where its terms cancel out, to a tenth.</summary>
    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            var tolerated = Relative * MathF.Max(0.1f, MathF.Abs(expected[i]));
            Assert.InRange(actual[i] - expected[i], -tolerated, tolerated);
        }
    }
}
