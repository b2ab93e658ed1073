using Engage.Neural;

namespace Engage.Grains.Tests;

/// <summary>The managed backend behind a gate: while it is shut, whoever scores stands in front of it.</summary>
internal sealed class GatedBackend : IMlpBackend, IDisposable
{
    private readonly ManualResetEventSlim _gate = new(initialState: true);
    private readonly SemaphoreSlim _arrivals = new(0);
    private int _passes;

    public string Name => "gated";

    /// <summary>How often something was scored.</summary>
    public int Passes => Volatile.Read(ref _passes);

    public void Shut() => _gate.Reset();

    public void Open() => _gate.Set();

    /// <summary>Until somebody stands in front of the gate, or has gone through.</summary>
    public Task ArrivalAsync() => _arrivals.WaitAsync();

    IMlpSession IMlpBackend.Open(Mlp mlp) => new Session(this, ManagedBackend.Instance.Open(mlp));

    public void Dispose()
    {
        _gate.Dispose();
        _arrivals.Dispose();
    }

    private sealed class Session(GatedBackend owner, IMlpSession inner) : IMlpSession
    {
        public void Forward(float[] parameters, ReadOnlySpan<float> x, int batch, Span<float> outputs)
        {
            owner._arrivals.Release();
            owner._gate.Wait();
            Interlocked.Increment(ref owner._passes);
            inner.Forward(parameters, x, batch, outputs);
        }

        public void Dispose() => inner.Dispose();
    }
}
