using System.Runtime.Intrinsics;

namespace Engage.Neural.Tests;

/// <summary>Elementary functions stay within their stated bounds at each width that the machine has.</summary>
public sealed class VectorMathTests
{
    public static TheoryData<string> Widths => ["1", "128", "256", "512"];

    [Theory]
    [MemberData(nameof(Widths))]
    public void ExpStaysWithinItsBound(string width)
    {
        var inputs = Sweep(-110, 95);

        var outputs = Run<ExpMap>(width, inputs);

        for (var i = 0; i < inputs.Length; i++)
        {
            var expected = Math.Exp(inputs[i]);
            if ((float)expected is float.PositiveInfinity)
                Assert.Equal(float.PositiveInfinity, outputs[i]);
            else
                AssertNear(expected, outputs[i], (3e-7 * expected) + 1.5e-45, inputs[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void FastLogHasTheSameBitsAtEachWidth(string width)
    {
        float[] inputs = [.. Enumerable.Range(0, 2_003).Select(i => 1e-5f * MathF.Pow(1.016f, i)), 1, 2, 1e-4f];

        Assert.Equal(inputs.Select(FastMath.Log), Run<FastLogMap>(width, inputs));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void TanhStaysWithinItsBound(string width)
    {
        float[] inputs = [.. Sweep(-12, 12), .. Sweep(-0.01f, 0.01f), -100, 100, 1e-30f];

        var outputs = Run<TanhMap>(width, inputs);

        for (var i = 0; i < inputs.Length; i++)
            AssertNear(Math.Tanh(inputs[i]), outputs[i], 3e-7 * Math.Abs(Math.Tanh(inputs[i])), inputs[i]);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void SigmoidStaysWithinItsBound(string width)
    {
        var inputs = Sweep(-110, 110);

        var outputs = Run<SigmoidMap>(width, inputs);

        for (var i = 0; i < inputs.Length; i++)
        {
            var expected = 1 / (1 + Math.Exp(-(double)inputs[i]));
            AssertNear(expected, outputs[i], (4e-7 * expected) + 3e-39, inputs[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void InfinitiesAndNaNAreAnsweredAsByMath(string width)
    {
        // One register of each, so that every width sees them.
        float[] specials = [float.NegativeInfinity, float.PositiveInfinity, float.NaN, 0];
        var inputs = specials.SelectMany(special => Enumerable.Repeat(special, 16)).ToArray();

        var (exp, tanh, sigmoid) = (
            Run<ExpMap>(width, inputs), Run<TanhMap>(width, inputs), Run<SigmoidMap>(width, inputs));

        Assert.Equal([0, float.PositiveInfinity, float.NaN, 1], Every16th(exp));
        Assert.Equal([-1, 1, float.NaN, 0], Every16th(tanh));
        Assert.Equal([0, 1, float.NaN, 0.5f], Every16th(sigmoid));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(77)]
    public void AnyLengthIsDoneInPlaceAndNothingBeyondIt(int length)
    {
        float[] values = [.. Sweep(-3, 3).Take(length), 7];
        var expected = values.Take(length).Select(MathF.Exp).Append(7).ToArray();

        VectorMath.Exp(values.AsSpan(0, length), values.AsSpan(0, length));

        for (var i = 0; i <= length; i++)
            AssertNear(expected[i], values[i], 1e-6 * expected[i], i);
    }

    [Fact]
    public void LengthsThatDifferAreRefused() =>
        Assert.Throws<ArgumentException>(() => VectorMath.Tanh(new float[3], new float[4]));

    [Theory]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Gelu)]
    public void ActivationsEqualTheirFormulas(Activation activation)
    {
        var sums = Sweep(-6, 6);
        var (outputs, gradients) = (new float[sums.Length], sums.Select(_ => 2f).ToArray());

        Activations.Forward(activation, sums, outputs);
        Activations.Backward(activation, sums, gradients);

        for (var i = 0; i < sums.Length; i++)
        {
            AssertNear(Value(activation, sums[i]), outputs[i], 1e-5, sums[i]);
            if (sums[i] != 0)
                AssertNear(2 * Slope(activation, sums[i]), gradients[i], 1e-5, sums[i]);
        }
    }

    private static double Value(Activation activation, double x) => activation == Activation.Relu
        ? Math.Max(0, x)
        : 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    private static double Slope(Activation activation, double x) =>
        (Value(activation, x + 1e-6) - Value(activation, x - 1e-6)) / 2e-6;

    private static float[] Sweep(float from, float to) =>
        [.. Enumerable.Range(0, 20_000).Select(i => from + ((to - from) * i / 20_000f))];

    private static float[] Every16th(float[] values) => [.. values.Where((_, i) => i % 16 == 3)];

    private static void AssertNear(double expected, double actual, double bound, float x) =>
        Assert.True(Math.Abs(expected - actual) <= bound, $"f({x:R}): expected {expected:R}, got {actual:R}");

    /// <summary>Whole registers of one width; a width that the machine lacks is computed by single floats.</summary>
    private static unsafe float[] Run<TMap>(string width, float[] inputs)
        where TMap : struct, IMap
    {
        var outputs = new float[inputs.Length];
        fixed (float* x = inputs, y = outputs)
        {
            var done = width switch
            {
                "512" => ElementMap.Run<TMap, Lanes512, Vector512<float>>(x, y, 0, inputs.Length),
                "256" => ElementMap.Run<TMap, Lanes256, Vector256<float>>(x, y, 0, inputs.Length),
                "128" => ElementMap.Run<TMap, Lanes128, Vector128<float>>(x, y, 0, inputs.Length),
                _ => 0,
            };
            ElementMap.Run<TMap, Lanes1, float>(x, y, done, inputs.Length);
        }

        return outputs;
    }
}
