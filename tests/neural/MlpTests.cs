namespace Engage.Neural.Tests;

public sealed class MlpTests
{
    [Theory]
    [InlineData(Activation.Relu, true)]
    [InlineData(Activation.Gelu, false)]
    [InlineData(Activation.Gelu, true)]
    [InlineData(Activation.Sigmoid, true)]
    public void GradientsEqualCentralDifferences(Activation activation, bool wide)
    {
        const int batch = 7;
        var random = new SeededRandom(3);
        var mlp = new Mlp([11, 33, 18, 1], activation, wide);
        var parameters = RandomArray(random, mlp.ParameterCount, 0.4f);
        var x = RandomArray(random, batch * mlp.Inputs, 1);
        var workspace = new MlpWorkspace();
        var gradients = new float[mlp.ParameterCount];

        var outputs = mlp.Forward(parameters, x, batch, workspace);
        Softmax.CrossEntropy(outputs, 2);
        var inputGradients = new float[x.Length];
        mlp.Backward(parameters, x, outputs, batch, workspace, gradients, inputGradients);

        for (var i = 0; i < x.Length; i += 2)
            Assert.Equal(
                Slope(mlp, parameters, x, x, batch, i),
                inputGradients[i],
                2e-2f * MathF.Max(0.05f, MathF.Abs(inputGradients[i])));
        for (var i = 0; i < parameters.Length; i += 3)
            Assert.Equal(
                Slope(mlp, parameters, x, parameters, batch, i),
                gradients[i],
                2e-2f * MathF.Max(0.05f, MathF.Abs(gradients[i])));
    }

    [Fact]
    public void ForwardEqualsTheWrittenOutSum()
    {
        var mlp = new Mlp([2, 2, 1], Activation.Relu, wide: true);
        // Layer 1 weights [in, out], biases, layer 2 weights, linear path.
        float[] parameters = [1, -1, 2, 1, 0.5f, 0, 3, 4, 10, 20];

        var outputs = mlp.Forward(parameters, [1, 2, -1, 0], 2, new MlpWorkspace()).ToArray();

        // Hidden of (1, 2): relu(1 + 4 + 0.5, -1 + 2) = (5.5, 1); of (-1, 0): relu(-0.5, 1) = (0, 1).
        Assert.Equal([(3 * 5.5f) + 4 + 50, 4 - 10], outputs);
    }

    [Fact]
    public void AWorkspaceServesSmallerAndLargerBatchesAlike()
    {
        var random = new SeededRandom(5);
        var mlp = new Mlp([9, 16, 1], Activation.Relu, wide: true);
        var parameters = RandomArray(random, mlp.ParameterCount, 1);
        var x = RandomArray(random, 40 * 9, 1);
        var workspace = new MlpWorkspace();

        var one = mlp.Forward(parameters, x.AsSpan(9 * 30, 9), 1, workspace)[0];
        var all = mlp.Forward(parameters, x, 40, workspace)[30];

        Assert.Equal(one, all, 1e-4f);
    }

    [Theory]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Gelu)]
    public void PredictionEqualsForwardBitByBitWhateverTheBatch(Activation activation)
    {
        var random = new SeededRandom(6);
        var mlp = new Mlp([23, 64, 20, 1], activation, wide: true);
        var parameters = RandomArray(random, mlp.ParameterCount, 0.3f);
        var x = RandomArray(random, 300 * 23, 1);
        var (workspace, all, alone) = (new MlpWorkspace(), new float[300], new float[300]);

        mlp.Predict(parameters, x, 300, all, workspace);
        for (var row = 0; row < 300; row++)
            mlp.Predict(parameters, x.AsSpan(row * 23, 23), 1, alone.AsSpan(row), workspace);

        Assert.Equal(mlp.Forward(parameters, x, 300, workspace).ToArray(), all);
        Assert.Equal(all, alone);
    }

    [Fact]
    public void AWarmTrainingStepAllocatesNothing()
    {
        var random = new SeededRandom(7);
        var mlp = new Mlp([64, 128, 64, 1], Activation.Relu, wide: true);
        var parameters = RandomArray(random, mlp.ParameterCount, 0.1f);
        var (x, outputs) = (RandomArray(random, 200 * 64, 1), new float[200]);
        var (workspace, gradients, adam) = (
            new MlpWorkspace(), new float[mlp.ParameterCount], new Adam(mlp.ParameterCount));

        // The runtime itself may allocate when it replaces a method by a faster one; a step's own bytes come every
        // time.
        var allocated = Enumerable.Range(0, 10).Select(_ => Step()).Min();

        Assert.Equal(0, allocated);

        long Step()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            mlp.Predict(parameters, x, 200, outputs, workspace);
            var logits = mlp.Forward(parameters, x, 200, workspace);
            mlp.Backward(parameters, x, logits, 200, workspace, gradients);
            adam.StepAndClear(parameters, gradients, 0.001f);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    /// <param name="varied">What the loss is derived by: one of the two arrays before it.</param>
    private static float Slope(Mlp mlp, float[] parameters, float[] x, float[] varied, int batch, int i)
    {
        const float step = 1e-2f;
        var saved = varied[i];
        varied[i] = saved + step;
        var up = Loss(mlp, parameters, x, batch);
        varied[i] = saved - step;
        var down = Loss(mlp, parameters, x, batch);
        varied[i] = saved;
        return (up - down) / (2 * step);
    }

    private static float Loss(Mlp mlp, float[] parameters, float[] x, int batch) =>
        Softmax.CrossEntropy(mlp.Forward(parameters, x, batch, new MlpWorkspace()), 2);

    internal static float[] RandomArray(SeededRandom random, int length, float scale) =>
        [.. Enumerable.Range(0, length).Select(_ => random.NextNormal() * scale)];
}
