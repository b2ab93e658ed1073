namespace Engage.Neural;

/// <summary>
/// What computes the forward pass of an <see cref="Mlp"/>: the kernels of this project, or a library that knows the
/// machine's accelerators. Weights are the same flat array for all of them, so which one runs is a matter of the
/// machine and not of the model. Training stays with the kernels of this project.
/// </summary>
public interface IMlpBackend
{
    /// <summary>What it is and on which device it computes, for logs and reports.</summary>
    string Name { get; }

    /// <summary>Opens a caller's own session; any number may be open, each used by one thread at a time.</summary>
    IMlpSession Open(Mlp mlp);
}

/// <summary>
/// The buffers of one caller, used by one thread at a time. What a call needs besides its arguments is kept for the
/// next one, so that a session that has seen its largest batch needs no more memory. Disposing may come from another
/// thread: a call that runs is finished first.
/// </summary>
public interface IMlpSession : IDisposable
{
    /// <summary>Computes the outputs of a batch; relative error below 1e-4 of <see cref="Mlp.Forward"/>.</summary>
    /// <param name="parameters">
    /// <see cref="Mlp.ParameterCount"/> floats in the layout of <see cref="Mlp"/>. What they are at this call counts,
    /// not which array it is: those of released snapshots are written again.
    /// </param>
    /// <param name="x">[batch, inputs], row-major; may be longer.</param>
    /// <param name="batch">Rows, 0 or more.</param>
    /// <param name="outputs">[batch]; may be longer.</param>
    /// <exception cref="ArgumentException">A length disagrees with the shape.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    void Forward(float[] parameters, ReadOnlySpan<float> x, int batch, Span<float> outputs);
}
