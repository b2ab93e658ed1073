namespace Engage.Neural;

/// <summary>The kernels of this project: no native dependency, nothing to copy, the reference for other
/// backends.</summary>
public sealed class ManagedBackend : IMlpBackend
{
    /// <summary>It has no state, so one is enough.</summary>
    public static ManagedBackend Instance { get; } = new();

    /// <inheritdoc/>
    public string Name => "managed (SIMD kernels)";

    /// <inheritdoc/>
    public IMlpSession Open(Mlp mlp)
    {
        ArgumentNullException.ThrowIfNull(mlp);
        return new Session(mlp);
    }

    private sealed class Session(Mlp mlp) : IMlpSession
    {
        // Rows whose activations and inputs stay in a second-level cache from layer to layer.
        private const int RowsPerPass = 256;

        private readonly MlpWorkspace _workspace = new();
        private volatile bool _isDisposed;

        public void Forward(float[] parameters, ReadOnlySpan<float> x, int batch, Span<float> outputs)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (batch < 0 || x.Length < (long)batch * mlp.Inputs || outputs.Length < batch)
                throw new ArgumentException(
                    $"A batch of {batch} needs {(long)batch * mlp.Inputs} inputs and room for {batch} outputs; got "
                    + $"{x.Length} and {outputs.Length}.");
            for (var from = 0; from < batch; from += RowsPerPass)
            {
                var rows = Math.Min(RowsPerPass, batch - from);
                mlp.Forward(parameters, x.Slice(from * mlp.Inputs, rows * mlp.Inputs), rows, _workspace)
                    .CopyTo(outputs[from..]);
            }
        }

        /// <summary>The buffers go with whoever still uses them; there is nothing to wait for.</summary>
        public void Dispose() => _isDisposed = true;
    }
}
