using Engage.Neural;

namespace Engage.Bench.Scoring;

/// <summary>Trains a copy of a network on one batch, again and again.</summary>
internal sealed class BenchTrainer
{
    public const float Rate = 0.001f;

    private readonly Mlp _mlp;
    private readonly int _batch;
    private readonly float[] _parameters;
    private readonly float[] _gradients;
    private readonly Adam _adam;
    private readonly float[] _slopes;
    private readonly MlpWorkspace _workspace = new();

    public BenchTrainer(BenchNetwork network, int batch)
    {
        (_mlp, _batch) = (network.Mlp, batch);
        _parameters = (float[])network.Parameters.Clone();
        _gradients = new float[_parameters.Length];
        _adam = new(_parameters.Length);
        _slopes = new float[batch];
        Inputs = network.Inputs(batch);
        Labels = [.. Enumerable.Range(0, batch).Select(i => (float)(i % 2))];
    }

    /// <summary>[batch, inputs].</summary>
    public float[] Inputs { get; }

    /// <summary>[batch], 0 or 1.</summary>
    public float[] Labels { get; }

    /// <returns>The mean logistic loss before the step.</returns>
    public float Step()
    {
        var logits = _mlp.Forward(_parameters, Inputs, _batch, _workspace);
        VectorMath.Sigmoid(logits, _slopes);
        var loss = 0f;
        for (var i = 0; i < _batch; i++)
        {
            var probability = Labels[i] > 0.5f ? _slopes[i] : 1 - _slopes[i];
            loss -= MathF.Log(MathF.Max(probability, 1e-30f));
            _slopes[i] = (_slopes[i] - Labels[i]) / _batch;
        }

        _mlp.Backward(_parameters, Inputs, _slopes, _batch, _workspace, _gradients);
        _adam.StepAndClear(_parameters, _gradients, Rate);
        return loss / _batch;
    }

    public float[] Predict()
    {
        var outputs = new float[_batch];
        _mlp.Predict(_parameters, Inputs, _batch, outputs, _workspace);
        return outputs;
    }
}
