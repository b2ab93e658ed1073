using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// What the ranker was some hundred examples ago. When it loses more than a guess would, its witness is asked the same:
/// one that would have lost as much says that the stream has turned away, one that would not that the model is
/// breaking.
/// </summary>
internal sealed class RankerWitness
{
    /// <summary>Examples between two copies: the older one is at least as old.</summary>
    private const int Age = 256;

    private readonly float[] _older;
    private readonly float[] _newer;
    private int _examples;

    public RankerWitness(ReadOnlySpan<float> parameters) =>
        (_older, _newer) = (parameters.ToArray(), parameters.ToArray());

    /// <summary>Lets an example pass that surprised nobody.</summary>
    public void Follow(ReadOnlySpan<float> parameters)
    {
        if (++_examples < Age)
            return;
        _examples = 0;
        _newer.CopyTo(_older, 0);
        parameters.CopyTo(_newer);
    }

    /// <summary>Nats it loses with one of the candidates taken.</summary>
    /// <param name="rows">[count, features], standardized.</param>
    public float Loss(Mlp mlp, ReadOnlySpan<float> rows, int count, int taken, MlpWorkspace workspace) =>
        Softmax.CrossEntropy(mlp.Forward(_older, rows, count, workspace), taken);

    public void Carry(ModelState state)
    {
        long examples = _examples;
        state.Fixed("ranker.witness", _older);
        state.Fixed("ranker.witness_newer", _newer);
        state.Value("ranker.witness_examples", ref examples);
        _examples = (int)examples;
    }
}
