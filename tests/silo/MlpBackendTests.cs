using System.Reflection;
using Engage.Neural;
using Xunit.Sdk;

namespace Engage.Silo.Tests;

/// <summary>
/// What every backend of the forward pass promises; the scalar arithmetic in this file is what they are held against.
/// </summary>
public sealed class MlpBackendTests
{
    private const float Relative = 1e-4f;

    [Theory]
    [BackendData("Managed", 1)]
    [BackendData("Managed", 2)]
    [BackendData("Managed", 17)]
    [BackendData("Managed", 256)]
    [BackendData("Managed", 257)]
    [BackendData("Managed", 2048)]
    [BackendData("Torch", 1)]
    [BackendData("Torch", 2)]
    [BackendData("Torch", 17)]
    [BackendData("Torch", 256)]
    [BackendData("Torch", 257)]
    [BackendData("Torch", 2048)]
    public void OutputsAreThoseOfTheNetwork(string backend, int batch)
    {
        foreach (var (activation, wide) in (ReadOnlySpan<(Activation, bool)>)
            [(Activation.Relu, true), (Activation.Relu, false), (Activation.Gelu, true)])
        {
            var mlp = new Mlp([13, 24, 7, 1], activation, wide);
            var (parameters, x) = (Parameters(mlp, 3), Floats(batch * mlp.Inputs, 5));
            using var session = ScoringBackends.Choose(backend).Open(mlp);
            var outputs = new float[batch + 1];
            outputs[batch] = 42;

            session.Forward(parameters, x, batch, outputs);

            AssertClose(Reference(mlp, parameters, x, batch), outputs.AsSpan(0, batch));
            Assert.Equal(42, outputs[batch]);
        }
    }

    [Theory]
    [BackendData("Managed")]
    [BackendData("Torch")]
    public void ASwapOfWeightsAndAnySequenceOfBatchSizesIsFollowed(string backend)
    {
        var mlp = new Mlp([9, 16, 1], Activation.Relu, wide: true);
        float[][] versions = [Parameters(mlp, 1), Parameters(mlp, 2), Parameters(mlp, 3)];
        using var session = ScoringBackends.Choose(backend).Open(mlp);

        for (var i = 0; i < 30; i++)
        {
            var (parameters, batch) = (versions[i % 3], 1 + (i * 37 % 300));
            var (x, outputs) = (Floats(batch * mlp.Inputs, i), new float[batch]);
            session.Forward(parameters, x, batch, outputs);

            AssertClose(Reference(mlp, parameters, x, batch), outputs);
        }
    }

    [Theory]
    [BackendData("Managed")]
    [BackendData("Torch")]
    public void ConcurrentCallersEachGetTheirOwn(string backend)
    {
        var mlp = new Mlp([9, 16, 1], Activation.Relu, wide: true);
        var shared = ScoringBackends.Choose(backend);

        Parallel.For(0, 8, caller =>
        {
            var parameters = Parameters(mlp, caller);
            using var session = shared.Open(mlp);
            for (var i = 0; i < 50; i++)
            {
                var (x, outputs) = (Floats(20 * mlp.Inputs, (caller * 50) + i), new float[20]);
                session.Forward(parameters, x, 20, outputs);

                AssertClose(Reference(mlp, parameters, x, 20), outputs);
            }
        });
    }

    [Theory]
    [BackendData("Managed")]
    [BackendData("Torch")]
    public void WrongLengthsAreRefusedAndAnEmptyBatchIsNothing(string backend)
    {
        var mlp = new Mlp([3, 4, 1], Activation.Relu, wide: false);
        using var session = ScoringBackends.Choose(backend).Open(mlp);
        var parameters = Parameters(mlp, 1);

        session.Forward(parameters, [], 0, []);

        Assert.Throws<ArgumentException>(() => session.Forward(parameters, new float[5], 2, new float[2]));
        Assert.Throws<ArgumentException>(() => session.Forward(parameters, new float[6], 2, new float[1]));
        Assert.Throws<ArgumentException>(() => session.Forward(parameters[1..], new float[6], 2, new float[2]));
    }

    /// <summary>Native tensors do not show in the managed heap: what leaks shows in the process.</summary>
    [Theory]
    [BackendData("Managed")]
    [BackendData("Torch")]
    public void CallsLeaveNothingBehind(string backend)
    {
        var mlp = new Mlp([64, 128, 64, 1], Activation.Relu, wide: true);
        using var session = ScoringBackends.Choose(backend).Open(mlp);
        var (parameters, x, outputs) = (Parameters(mlp, 1), Floats(256 * 64, 2), new float[256]);
        Repeat(50);
        var before = Environment.WorkingSet;

        Repeat(400);

        // One batch's activations are 200 kB: 400 leaked calls would be 80 MB.
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 30_000_000);

        void Repeat(int times)
        {
            for (var i = 0; i < times; i++) session.Forward(parameters, x, 256, outputs);
        }
    }

    [Theory]
    [InlineData("torch-ish", "Managed or Torch")]
    [InlineData("", "Managed or Torch")]
    public void UnknownBackendIsNamed(string name, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => ScoringBackends.Choose(name)).Message);

    private static float[] Reference(Mlp mlp, float[] parameters, float[] x, int batch)
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

    private static double Activate(Activation activation, double x) => activation == Activation.Relu
        ? Math.Max(0, x)
        : 0.5 * x * (1 + Math.Tanh(0.7978845608 * (x + (0.044715 * x * x * x))));

    private static float[] Parameters(Mlp mlp, int seed) =>
        Array.ConvertAll(Floats(mlp.ParameterCount, seed), value => value * 0.5f);

    private static float[] Floats(int count, int seed)
    {
        var random = new SeededRandom((ulong)seed + 1);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextNormal())];
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.InRange(
                actual[i] - expected[i], -Relative * (1 + MathF.Abs(expected[i])),
                Relative * (1 + MathF.Abs(expected[i])));
    }
}

/// <summary>One backend and what else the test takes; skipped, with the reason, where this build has it not.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class BackendDataAttribute : DataAttribute
{
    private readonly object[] _data;

    public BackendDataAttribute(string backend, params object[] more)
    {
        _data = [backend, .. more];
        Skip = backend == "Torch" ? ScoringBackends.TorchMissing : null;
    }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [_data];
}
