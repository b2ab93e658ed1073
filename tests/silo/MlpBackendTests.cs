using Engage.Neural;
using static Engage.Silo.Tests.ReferenceMlp;

namespace Engage.Silo.Tests;

/// <summary>
/// What every backend of the forward pass promises; the scalar arithmetic of <see cref="ReferenceMlp"/> is what they
/// are held against.
/// </summary>
[Collection(BackendDataAttribute.Collection)]
public sealed class MlpBackendTests
{
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
        foreach (var (sizes, activation, wide) in (ReadOnlySpan<(int[], Activation, bool)>)
            [
                ([13, 24, 7, 1], Activation.Relu, true), ([13, 24, 7, 1], Activation.Relu, false),
                ([13, 24, 7, 1], Activation.Gelu, true), ([13, 24, 7, 1], Activation.Sigmoid, true),
                ([13, 24, 7, 1], Activation.Gelu, false), ([5, 1, 3, 4, 1], Activation.Sigmoid, false),
                ([13, 1], Activation.Relu, true), ([1, 1], Activation.Gelu, false),
            ])
        {
            var mlp = new Mlp(sizes, activation, wide);
            var (parameters, x) = (Parameters(mlp, 3), Floats(batch * mlp.Inputs, 5));
            using var session = ScoringBackends.Choose(backend).Open(mlp);
            var outputs = new float[batch + 1];
            outputs[batch] = 42;

            session.Forward(parameters, x, batch, outputs);

            AssertClose(Compute(mlp, parameters, x, batch), outputs.AsSpan(0, batch));
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

            AssertClose(Compute(mlp, parameters, x, batch), outputs);
        }
    }

    /// <summary>Arrays of released snapshots are written again: which array it is says nothing.</summary>
    [Theory]
    [BackendData("Managed")]
    [BackendData("Torch")]
    public void WeightsThatAreWrittenAnewInTheSameArrayAreFollowed(string backend)
    {
        var mlp = new Mlp([9, 16, 1], Activation.Relu, wide: true);
        var (parameters, x, outputs) = (Parameters(mlp, 1), Floats(5 * mlp.Inputs, 2), new float[5]);
        using var session = ScoringBackends.Choose(backend).Open(mlp);
        session.Forward(parameters, x, 5, outputs);

        Parameters(mlp, 3).CopyTo(parameters, 0);
        session.Forward(parameters, x, 5, outputs);

        AssertClose(Compute(mlp, parameters, x, 5), outputs);
    }

    [Theory]
    [BackendData("Managed", 1)]
    [BackendData("Managed", 300)]
    [BackendData("Torch", 1)]
    [BackendData("Torch", 300)]
    public void WeightsReadFromAFileScoreAsTheyDidBeforeTheyWereWritten(string backend, int batch)
    {
        var mlp = new Mlp([63, 64, 32, 1], Activation.Relu, wide: true);
        var (parameters, x, outputs) = (Parameters(mlp, 4), Floats(batch * mlp.Inputs, 5), new float[batch]);
        using var file = new MemoryStream();
        TensorFile.Write(
            file, new Dictionary<string, Tensor> { ["ranker.average"] = Tensor.Of(parameters) },
            new Dictionary<string, string>());
        file.Position = 0;

        var read = TensorFile.Read(file).Tensors["ranker.average"].To<float>();
        using var session = ScoringBackends.Choose(backend).Open(mlp);
        session.Forward(read, x, batch, outputs);

        using var managed = ManagedBackend.Instance.Open(mlp);
        var expected = new float[batch];
        managed.Forward(parameters, x, batch, expected);
        AssertClose(expected, outputs);
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

                AssertClose(Compute(mlp, parameters, x, 20), outputs);
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

    [Theory]
    [InlineData("torch-ish", null, "Managed or Torch")]
    [InlineData("", null, "Managed or Torch")]
    [InlineData("Managed", "tpu", "Auto, Cpu or Cuda")]
    [InlineData("Managed", "0", "Auto, Cpu or Cuda")]
    [InlineData("Managed", "CUDA", "set Scoring=Torch too")]
    public void WhatDoesNotExistIsRefusedWithTheWayOut(string name, string? device, string expected) =>
        Assert.Contains(
            expected, Assert.Throws<ArgumentException>(() => ScoringBackends.Choose(name, device)).Message);

    [Theory]
    [InlineData(null, null)]
    [InlineData("managed", "auto")]
    [InlineData("MANAGED", "cpu")]
    public void ManagedNeedsNoDevice(string? name, string? device) =>
        Assert.Same(ManagedBackend.Instance, ScoringBackends.Choose(name, device));
}
