using Engage.Neural;
using static Engage.Silo.Tests.ReferenceMlp;

namespace Engage.Silo.Tests;

/// <summary>What a backend's sessions keep, and what becomes of them.</summary>
[Collection(BackendDataAttribute.Collection)]
public sealed class BackendLifetimeTests
{
    /// <summary>Native tensors do not show in the managed heap: what leaks shows in the process.</summary>
    [Theory]
    [BackendData("Managed", Activation.Relu)]
    [BackendData("Managed", Activation.Gelu)]
    [BackendData("Torch", Activation.Relu)]
    [BackendData("Torch", Activation.Gelu)]
    public void TenThousandCallsLeaveNothingBehind(string backend, Activation activation)
    {
        var mlp = new Mlp([64, 128, 64, 1], activation, wide: true);
        float[][] versions = [Parameters(mlp, 1), Parameters(mlp, 2)];
        var (x, outputs) = (Floats(32 * mlp.Inputs, 2), new float[32]);
        using var session = ScoringBackends.Choose(backend).Open(mlp);
        Repeat(200);
        var before = Environment.WorkingSet;

        Repeat(10_000);

        // The activations of one batch are 25 kB: leaked they would be 250 MB.
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 30_000_000);

        void Repeat(int times)
        {
            for (var i = 0; i < times; i++) session.Forward(versions[i / 100 % 2], x, 32, outputs);
        }
    }

    [Theory]
    [BackendData("Managed")]
    [BackendData("Torch")]
    public async Task DisposalWaitsForTheCallThatRunsAndLaterOnesAreRefused(string backend)
    {
        var mlp = new Mlp([64, 128, 64, 1], Activation.Relu, wide: true);
        var (parameters, x) = (Parameters(mlp, 1), Floats(256 * mlp.Inputs, 2));
        var expected = Compute(mlp, parameters, x, 256);
        for (var i = 0; i < 20; i++)
        {
            var outputs = new float[256];
            using var session = ScoringBackends.Choose(backend).Open(mlp);
            var called = new TaskCompletionSource();
            var caller = Task.Factory.StartNew(Call, TaskCreationOptions.LongRunning);

            await Task.WhenAny(called.Task, caller);
            session.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => caller);

            AssertClose(expected, outputs);

            void Call()
            {
                while (true)
                {
                    session.Forward(parameters, x, 256, outputs);
                    called.TrySetResult();
                }
            }
        }
    }
}
