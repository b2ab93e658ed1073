namespace Engage.Neural;

/// <summary>Buffers of one caller of <see cref="Gru"/> or <see cref="Lstm"/>; they grow to the largest sequence seen
/// and are not thread-safe.</summary>
public sealed class RecurrentWorkspace
{
    private float[] _initial = [];
    private float[] _outputs = [];
    private float[] _gates = [];
    private float[] _memory = [];
    private float[] _sums = [];
    private float[] _gateGradients = [];
    private float[] _hiddenGateGradients = [];
    private float[] _stateGradients = [];

    /// <summary>State before the first step, [batch, hidden]; for an LSTM h and then c, [2, batch, hidden].</summary>
    internal Span<float> Initial(int length) => Of(ref _initial, length);

    /// <summary>States after each step, [batch, steps, hidden].</summary>
    internal Span<float> Outputs(int length) => Of(ref _outputs, length);

    /// <summary>Activated gates, [batch, steps, gates].</summary>
    internal Span<float> Gates(int length) => Of(ref _gates, length);

    /// <summary>What else backward needs of a step, [batch, steps, hidden]: the cells of an LSTM, the hidden part of a
    /// GRU's candidate.</summary>
    internal Span<float> Memory(int length) => Of(ref _memory, length);

    /// <summary>Hidden products of one step, [batch, gates].</summary>
    internal Span<float> Sums(int length) => Of(ref _sums, length);

    /// <summary>Gradients before the gates' nonlinearities, [batch, steps, gates].</summary>
    internal Span<float> GateGradients(int length) => Of(ref _gateGradients, length);

    /// <summary>The same for the hidden products, where they differ.</summary>
    internal Span<float> HiddenGateGradients(int length) => Of(ref _hiddenGateGradients, length);

    /// <summary>Gradients of one example's state and what it had been, [4, hidden].</summary>
    internal Span<float> StateGradients(int length) => Of(ref _stateGradients, length);

    private static Span<float> Of(ref float[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new float[length];
        return buffer.AsSpan(0, length);
    }
}

/// <summary>The products that <see cref="Gru"/> and <see cref="Lstm"/> share.</summary>
internal static class RecurrentProducts
{
    /// <summary>sums[b] = state of example b before step t · Wh.</summary>
    /// <param name="weights">Wh, [hidden, gates].</param>
    /// <param name="initial">[batch, hidden].</param>
    /// <param name="outputs">[batch, steps, hidden], filled up to step t - 1.</param>
    /// <param name="sums">[batch, gates], overwritten.</param>
    public static void Step(
        ReadOnlySpan<float> weights, ReadOnlySpan<float> initial, ReadOnlySpan<float> outputs,
        int t, int batch, int steps, int hidden, Span<float> sums)
    {
        if (batch == 0)
            return;
        sums.Clear();
        var gates = sums.Length / batch;
        if (t == 0)
            MatrixKernels.MultiplyAdd(initial, hidden, 1, weights, sums, batch, hidden, gates);
        else
            MatrixKernels.MultiplyAdd(
                outputs[((t - 1) * hidden)..], steps * hidden, 1, weights, sums, batch, hidden, gates);
    }

    /// <summary>The state of example <paramref name="b"/> before step <paramref name="t"/>, [hidden].</summary>
    public static ReadOnlySpan<float> Before(
        ReadOnlySpan<float> initial, ReadOnlySpan<float> outputs, int b, int t, int steps, int hidden) =>
        t == 0 ? initial.Slice(b * hidden, hidden) : outputs.Slice(((b * steps) + t - 1) * hidden, hidden);

    /// <summary>Adds the gradients of Wh: for each example its states before each step against the gradients of the
    /// hidden products, [batch, steps, gates].</summary>
    public static void HiddenWeights(
        ReadOnlySpan<float> initial, ReadOnlySpan<float> outputs, ReadOnlySpan<float> gateGradients,
        int batch, int steps, int hidden, Span<float> gradients)
    {
        if (steps == 0)
            return;
        var gates = gradients.Length / hidden;
        for (var b = 0; b < batch; b++)
        {
            var of = gateGradients.Slice(b * steps * gates, steps * gates);
            MatrixKernels.MultiplyAdd(
                initial.Slice(b * hidden, hidden), 1, hidden, of[..gates], gradients, hidden, 1, gates);
            if (steps > 1)
                MatrixKernels.MultiplyAdd(
                    outputs.Slice(b * steps * hidden, (steps - 1) * hidden), 1, hidden, of[gates..], gradients,
                    hidden, steps - 1, gates);
        }
    }

    /// <summary>Whether backpropagation through time stops before step <paramref name="t"/>: chunks are counted from
    /// the last step, 0 for one chunk.</summary>
    public static bool Cuts(int t, int steps, int chunk) => chunk > 0 && (steps - t) % chunk == 0;
}
