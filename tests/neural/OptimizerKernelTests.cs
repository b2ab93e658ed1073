using System.Runtime.Intrinsics;

namespace Engage.Neural.Tests;

/// <summary>Optimizer steps equal their scalar references at lengths that straddle every width.</summary>
public sealed unsafe class OptimizerKernelTests
{
    [Theory]
    [MemberData(nameof(KernelTests.Lengths), MemberType = typeof(KernelTests))]
    public void AdamEqualsScalar(int length)
    {
        var random = new SeededRandom((ulong)length);
        var parameters = MlpTests.RandomArray(random, length, 1);
        var expected = (float[])parameters.Clone();
        var (adam, reference) = (new Adam(length), new Adam(length));

        for (var step = 0; step < 5; step++)
        {
            var gradients = MlpTests.RandomArray(random, length, 1);
            adam.Step(parameters, gradients, 0.01f, 0.1f);
            reference.StepScalar(expected, gradients, 0.01f, 0.1f);
        }

        for (var i = 0; i < length; i++)
            Assert.Equal(expected[i], parameters[i], 1e-5f);
    }

    [Fact]
    public void AStepThatClearsScalesFirstAndLeavesNoGradient()
    {
        var random = new SeededRandom(3);
        var gradients = MlpTests.RandomArray(random, 77, 1);
        var halves = gradients.Select(g => 0.5f * g).ToArray();
        var (parameters, expected) = (new float[77], new float[77]);

        new Adam(77).StepAndClear(parameters, gradients, 0.01f, scale: 0.5f);
        new Adam(77).Step(expected, halves, 0.01f);

        Assert.Equal(expected, parameters);
        Assert.All(gradients, gradient => Assert.Equal(0, gradient));
    }

    [Fact]
    public void EveryWidthTakesTheSameStep()
    {
        var single = AdamStep<Lanes1, float>();

        Assert.Equal(single, AdamStep<Lanes128, Vector128<float>>());
        Assert.Equal(single, AdamStep<Lanes256, Vector256<float>>());
        Assert.Equal(single, AdamStep<Lanes512, Vector512<float>>());
    }

    private static float[] AdamStep<TLanes, V>()
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var random = new SeededRandom(6);
        var (p, g) = (MlpTests.RandomArray(random, 61, 1), MlpTests.RandomArray(random, 61, 1));
        float[] first = new float[61], second = new float[61];
        fixed (float* pp = p, pg = g, p1 = first, p2 = second)
        {
            var sweep = new AdamSweep
            {
                Parameters = pp, Gradients = pg, First = p1, Second = p2, Scale = 1, Rate = 0.1f, Rest = 1,
                Gain1 = 0.1f, Gain2 = 0.001f, Correction1 = 10, Correction2 = 1000, Epsilon = 1e-8f,
            };
            sweep.Run<Lanes1, float>(sweep.Run<TLanes, V>(0, 61), 61);
        }

        return p;
    }
}
