using Engage.Neural;
using TorchSharp;
using static Engage.Silo.Tests.ReferenceMlp;

namespace Engage.Silo.Tests;

/// <summary>What only the native library can get wrong; compiled when Scoring=Torch.</summary>
[Collection(BackendDataAttribute.Collection)]
public sealed class TorchBackendTests
{
    [Theory]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Gelu)]
    [InlineData(Activation.Sigmoid)]
    public void CallsEndWithAsManyLiveTensorsAsTheyBeganWith(Activation activation)
    {
        var mlp = new Mlp([64, 128, 64, 1], activation, wide: true);
        float[][] versions = [Parameters(mlp, 1), Parameters(mlp, 2)];
        var (x, outputs) = (Floats(32 * mlp.Inputs, 2), new float[32]);
        using var session = new TorchBackend(ScoringDevice.Cpu).Open(mlp);
        session.Forward(versions[0], x, 32, outputs);
        var before = TorchBackend.LiveTensors;

        for (var i = 0; i < 10_000; i++) session.Forward(versions[i / 100 % 2], x, 1 + (i % 32), outputs);

        Assert.Equal(before, TorchBackend.LiveTensors);
    }

    [Fact]
    public void SessionsGiveBackAllTheyHeld()
    {
        var mlp = new Mlp([9, 16, 1], Activation.Gelu, wide: true);
        var backend = new TorchBackend(ScoringDevice.Cpu);
        var before = TorchBackend.LiveTensors;

        foreach (var batch in (ReadOnlySpan<int>)[1, 100, 1_000])
        {
            using var session = backend.Open(mlp);
            session.Forward(Parameters(mlp, 1), Floats(batch * mlp.Inputs, 2), batch, new float[batch]);
            session.Forward(Parameters(mlp, 2), Floats(3 * batch * mlp.Inputs, 2), 3 * batch, new float[3 * batch]);
        }

        Assert.Equal(before, TorchBackend.LiveTensors);
    }

    [Fact]
    public void CallersScopeDoesNotEndTheSession()
    {
        var mlp = new Mlp([9, 16, 1], Activation.Relu, wide: true);
        var (parameters, x, outputs) = (Parameters(mlp, 1), Floats(20 * mlp.Inputs, 2), new float[20]);
        IMlpSession session;
        using (torch.NewDisposeScope())
        {
            session = new TorchBackend(ScoringDevice.Cpu).Open(mlp);
            session.Forward(parameters, x, 10, outputs);
        }

        using (session) session.Forward(parameters, x, 20, outputs);

        AssertClose(Compute(mlp, parameters, x, 20), outputs);
    }

    /// <summary>Threads of ours that begin after the library was told, too.</summary>
    [Fact]
    public void LibraryComputesOnTheThreadThatCalls()
    {
        var mlp = new Mlp([64, 128, 64, 1], Activation.Relu, wide: true);
        var backend = new TorchBackend(ScoringDevice.Cpu);
        var threads = 0;
        var caller = new Thread(() =>
        {
            using var session = backend.Open(mlp);
            session.Forward(Parameters(mlp, 1), Floats(2_048 * mlp.Inputs, 2), 2_048, new float[2_048]);
            threads = TorchBackend.ThreadsPerCall;
        });
        caller.Start();
        caller.Join();

        Assert.Equal(1, threads);
    }

    /// <summary>As .NET 10 says it on Linux, with a probe before and after what matters.</summary>
    [Theory]
    [InlineData("/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/libLibTorchSharp.so)")]
    [InlineData("libtorch.so: cannot open shared object file: No such file or directory")]
    public void LibraryThatDoesNotLoadIsToldByWhatTheLoaderComplainsOf(string complaint)
    {
        const string Head = "Unable to load shared library 'LibTorchSharp' or one of its dependencies.";
        const string Probe = "/app/libLibTorchSharp.so: cannot open shared object file: No such file or directory";

        Assert.Equal(complaint + ".", TorchLibrary.Gist($"{Head} Use strace: \n{Probe}\n{complaint}\n{Probe}\n"));
        Assert.Equal(Head, TorchLibrary.Gist($"{Head}\n{Probe}\n"));
    }

    [Fact]
    public void ProcessorMayBeDemanded() =>
        Assert.Equal("TorchSharp on the processor", ScoringBackends.Choose("Torch", "cpu").Name);

    [Fact]
    public void CudaThatIsDemandedIsThereOrTheErrorNamesTheWayOut()
    {
        if (torch.cuda.is_available())
        {
            Assert.Equal("TorchSharp on CUDA", ScoringBackends.Choose("Torch", "cuda").Name);
            return;
        }

        var error = Assert.Throws<InvalidOperationException>(() => ScoringBackends.Choose("torch", "Cuda"));

        Assert.Contains("TorchPackage=TorchSharp-cuda-linux", error.Message);
    }
}
