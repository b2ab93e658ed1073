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
/// The buffers of one caller. Not thread-safe. What a call needs besides its arguments is kept for the next one, so
/// that a session that has seen its largest batch allocates no more.
/// </summary>
public interface IMlpSession : IDisposable
{
    /// <summary>Computes the outputs of a batch; relative error below 1e-4 of <see cref="Mlp.Forward"/>.</summary>
    /// <param name="parameters">
    /// <see cref="Mlp.ParameterCount"/> floats in the layout of <see cref="Mlp"/>. The very same array stands for the
    /// same weights: a session may keep a copy of its own, so nobody may write it after its first use here.
    /// </param>
    /// <param name="x">[batch, inputs], row-major; may be longer.</param>
    /// <param name="batch">Rows, 0 or more.</param>
    /// <param name="outputs">[batch]; may be longer.</param>
    /// <exception cref="ArgumentException">A length disagrees with the shape.</exception>
    void Forward(float[] parameters, ReadOnlySpan<float> x, int batch, Span<float> outputs);
}
