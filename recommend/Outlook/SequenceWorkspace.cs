using Engage.Neural;

namespace Engage.Recommend;

/// <summary>A padded batch of sequences and the buffers to run a <see cref="SequenceNetwork"/> on it; not
/// thread-safe.</summary>
internal sealed class SequenceWorkspace
{
    private ActionToken[] _tokens = [];
    private int[] _lengths = [];
    private float[] _inputs = [];
    private float[] _inputGradients = [];
    private float[] _last = [];
    private float[] _lastGradients = [];
    private float[] _outputs = [];
    private float[] _stateGradients = [];
    private float[] _headSums = [];
    private float[] _headOutputs = [];
    private float[] _headGradients = [];
    private float[] _deepGradients = [];

    public RecurrentWorkspace Recurrent { get; } = new();

    public int Batch { get; private set; }

    public int Steps { get; private set; }

    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, Batch);

    /// <summary>Begins a batch whose longest sequence has <paramref name="steps"/> tokens.</summary>
    public void Begin(int batch, int steps)
    {
        (Batch, Steps) = (batch, steps);
        if (_tokens.Length < batch * steps)
            _tokens = new ActionToken[batch * steps];
        if (_lengths.Length < batch)
            _lengths = new int[batch];
    }

    /// <summary>Sets one example's tokens.</summary>
    public void Set(int example, ReadOnlySpan<ActionToken> tokens)
    {
        _lengths[example] = tokens.Length;
        tokens.CopyTo(_tokens.AsSpan(example * Steps, Steps));
    }

    /// <summary>Makes one sequence the batch.</summary>
    public void Only(ReadOnlySpan<ActionToken> tokens)
    {
        Begin(1, tokens.Length);
        Set(0, tokens);
    }

    public ActionToken Token(int at) => _tokens[at];

    public ReadOnlySpan<ActionToken> TokensOf(int example) =>
        _tokens.AsSpan(example * Steps, _lengths[example]);

    /// <summary>Whether the place belongs to a sequence and is no padding.</summary>
    public bool Holds(int at) => at % Steps < _lengths[at / Steps];

    public Span<float> Inputs(int length) => Of(ref _inputs, length);

    public Span<float> InputGradients(int length) => Of(ref _inputGradients, length);

    public Span<float> Last(int length) => Of(ref _last, length);

    public Span<float> LastGradients(int length) => Of(ref _lastGradients, length);

    public Span<float> Outputs(int length) => Of(ref _outputs, length);

    public Span<float> HeadSums(int length) => Of(ref _headSums, length);

    public Span<float> HeadOutputs(int length) => Of(ref _headOutputs, length);

    public Span<float> HeadGradients(int length) => Of(ref _headGradients, length);

    public Span<float> DeepGradients(int length) => Of(ref _deepGradients, length);

    public Span<float> StateGradients(int length) => Of(ref _stateGradients, length);

    private static Span<float> Of(ref float[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new float[length];
        return buffer.AsSpan(0, length);
    }
}
