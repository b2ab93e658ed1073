namespace Engage.Neural.Tests;

public sealed class RecurrentTests
{
    private const int Batch = 3;
    private const int Steps = 5;
    private const int Inputs = 4;
    private const int Hidden = 6;

    private static readonly int[] _lengths = [5, 2, 0];
    private readonly SeededRandom _random = new(31);

    [Fact]
    public void GruEqualsPyTorch()
    {
        var golden = Golden.Of("gru");
        var gru = new Gru(Inputs, Hidden);
        // PyTorch has two biases everywhere; here only the candidate's are apart.
        var bias = golden["bw"];
        VectorKernels.AddScaled(bias.AsSpan(0, 2 * Hidden), golden["bu"].AsSpan(0, 2 * Hidden), 1);
        float[] parameters = [.. golden["w"], .. bias, .. golden["u"], .. golden["bu"].AsSpan(2 * Hidden)];
        var workspace = new RecurrentWorkspace();
        var (gradients, dx, dh0) = (new float[gru.ParameterCount], new float[60], new float[Batch * Hidden]);

        var y = gru.Forward(parameters, golden["x"], [], Batch, Steps, workspace, golden["h0"]).ToArray();
        gru.Backward(parameters, golden["x"], [], golden["dy"], Batch, Steps, workspace, gradients, dx, dh0);

        golden.Equal("y", y);
        golden.Equal("dx", dx);
        golden.Equal("dh0", dh0);
        golden.Equal("dw", gradients.AsSpan(0, Inputs * 3 * Hidden));
        golden.Equal("dbw", gradients.AsSpan(Inputs * 3 * Hidden, 3 * Hidden));
        golden.Equal("du", gradients.AsSpan((Inputs + 1) * 3 * Hidden, Hidden * 3 * Hidden));
        float[] dbu = [.. gradients.AsSpan(Inputs * 3 * Hidden, 2 * Hidden), .. gradients.AsSpan(^Hidden..)];
        golden.Equal("dbu", dbu);
    }

    [Fact]
    public void LstmEqualsPyTorch()
    {
        var golden = Golden.Of("lstm");
        var lstm = new Lstm(Inputs, Hidden);
        var bias = golden["bw"];
        VectorKernels.AddScaled(bias, golden["bu"], 1);
        float[] parameters = [.. golden["w"], .. bias, .. golden["u"]];
        var workspace = new RecurrentWorkspace();
        var (gradients, dx, initial) = (new float[lstm.ParameterCount], new float[60], new float[2 * Batch * Hidden]);

        var y = lstm.Forward(
            parameters, golden["x"], [], Batch, Steps, workspace, golden.Joined("h0", "c0")).ToArray();
        lstm.Backward(parameters, golden["x"], [], golden["dy"], Batch, Steps, workspace, gradients, dx, initial);

        golden.Equal("y", y);
        golden.Equal("dx", dx);
        golden.Equal("dh0", initial.AsSpan(0, Batch * Hidden));
        golden.Equal("dc0", initial.AsSpan(Batch * Hidden));
        golden.Equal("dw", gradients.AsSpan(0, Inputs * 4 * Hidden));
        golden.Equal("dbw", gradients.AsSpan(Inputs * 4 * Hidden, 4 * Hidden));
        golden.Equal("du", gradients.AsSpan((Inputs + 1) * 4 * Hidden));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GruGradientsEqualCentralDifferences(bool masked)
    {
        var gru = new Gru(Inputs, Hidden);
        var parameters = MlpTests.RandomArray(_random, gru.ParameterCount, 0.5f);
        var x = MlpTests.RandomArray(_random, Batch * Steps * Inputs, 1);
        var initial = MlpTests.RandomArray(_random, Batch * Hidden, 1);
        var dy = MlpTests.RandomArray(_random, Batch * Steps * Hidden, 1);
        var workspace = new RecurrentWorkspace();
        var (gradients, dx, dh0) = (new float[gru.ParameterCount], new float[x.Length], new float[initial.Length]);
        var lengths = masked ? _lengths : [];

        gru.Forward(parameters, x, lengths, Batch, Steps, workspace, initial);
        gru.Backward(parameters, x, lengths, dy, Batch, Steps, workspace, gradients, dx, dh0);

        float Loss() => CentralDifferences.Product(
            gru.Forward(parameters, x, lengths, Batch, Steps, new(), initial), dy);
        CentralDifferences.Check("parameters", parameters, gradients, Loss);
        CentralDifferences.Check("x", x, dx, Loss);
        CentralDifferences.Check("initial", initial, dh0, Loss);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LstmGradientsEqualCentralDifferences(bool masked)
    {
        var lstm = new Lstm(Inputs, Hidden);
        var parameters = MlpTests.RandomArray(_random, lstm.ParameterCount, 0.5f);
        var x = MlpTests.RandomArray(_random, Batch * Steps * Inputs, 1);
        var initial = MlpTests.RandomArray(_random, 2 * Batch * Hidden, 1);
        var dy = MlpTests.RandomArray(_random, Batch * Steps * Hidden, 1);
        var workspace = new RecurrentWorkspace();
        var (gradients, dx, dh0) = (new float[lstm.ParameterCount], new float[x.Length], new float[initial.Length]);
        var lengths = masked ? _lengths : [];

        lstm.Forward(parameters, x, lengths, Batch, Steps, workspace, initial);
        lstm.Backward(parameters, x, lengths, dy, Batch, Steps, workspace, gradients, dx, dh0);

        float Loss() => CentralDifferences.Product(
            lstm.Forward(parameters, x, lengths, Batch, Steps, new(), initial), dy);
        CentralDifferences.Check("parameters", parameters, gradients, Loss);
        CentralDifferences.Check("x", x, dx, Loss);
        CentralDifferences.Check("initial", initial, dh0, Loss);
    }

    [Fact]
    public void PaddedStepsRepeatTheStateAndChangeNothingElse()
    {
        var gru = new Gru(Inputs, Hidden);
        var lstm = new Lstm(Inputs, Hidden);
        var (g, l) = (new float[gru.ParameterCount], new float[lstm.ParameterCount]);
        gru.Initialize(g, _random);
        lstm.Initialize(l, _random);
        var x = MlpTests.RandomArray(_random, Steps * Inputs, 1);

        var padded = gru.Forward(g, x, [2], 1, Steps, new()).ToArray();
        var exact = gru.Forward(g, x.AsSpan(0, 2 * Inputs), [], 1, 2, new()).ToArray();
        var paddedLstm = lstm.Forward(l, x, [2], 1, Steps, new()).ToArray();
        var exactLstm = lstm.Forward(l, x.AsSpan(0, 2 * Inputs), [], 1, 2, new()).ToArray();

        Assert.Equal(exact[Hidden..], padded[^Hidden..]);
        Assert.Equal(exactLstm[Hidden..], paddedLstm[^Hidden..]);
    }

    [Theory]
    [InlineData(0, Steps)]
    [InlineData(0, 0)]
    [InlineData(Batch, 0)]
    public void OfNoExamplesOrNoStepsNothingIsLearned(int batch, int steps)
    {
        var gru = new Gru(Inputs, Hidden);
        var lstm = new Lstm(Inputs, Hidden);
        var (g, l) = (new float[gru.ParameterCount], new float[lstm.ParameterCount]);
        var initial = new float[2 * batch * Hidden];
        Array.Fill(initial, 1);
        var half = initial.AsSpan(batch * Hidden);
        var workspace = new RecurrentWorkspace();

        Assert.Equal(0, gru.Forward(new float[g.Length], [], [], batch, steps, workspace).Length);
        gru.Backward(new float[g.Length], [], [], [], batch, steps, workspace, g, initialGradients: half);
        Assert.False(half.ContainsAnyExcept(0));
        Assert.Equal(0, lstm.Forward(new float[l.Length], [], [], batch, steps, workspace).Length);
        lstm.Backward(new float[l.Length], [], [], [], batch, steps, workspace, l, initialGradients: initial);

        Assert.All([.. g, .. l, .. initial], value => Assert.Equal(0, value));
    }

    [Fact]
    public void TruncatedBackpropagationEqualsChunksRunOneByOne()
    {
        const int chunk = 3;
        var gru = new Gru(Inputs, Hidden);
        var parameters = MlpTests.RandomArray(_random, gru.ParameterCount, 0.5f);
        var x = MlpTests.RandomArray(_random, 2 * chunk * Inputs, 1);
        var dy = MlpTests.RandomArray(_random, 2 * chunk * Hidden, 1);
        var workspace = new RecurrentWorkspace();
        var (at, apart) = (new float[gru.ParameterCount], new float[gru.ParameterCount]);

        gru.Forward(parameters, x, [], 1, 2 * chunk, workspace);
        gru.Backward(parameters, x, [], dy, 1, 2 * chunk, workspace, at, chunk: chunk);
        var first = gru.Forward(parameters, x.AsSpan(0, chunk * Inputs), [], 1, chunk, workspace).ToArray();
        gru.Backward(
            parameters, x.AsSpan(0, chunk * Inputs), [], dy.AsSpan(0, chunk * Hidden), 1, chunk, workspace, apart);
        gru.Forward(
            parameters, x.AsSpan(chunk * Inputs), [], 1, chunk, workspace, first.AsSpan((chunk - 1) * Hidden));
        gru.Backward(
            parameters, x.AsSpan(chunk * Inputs), [], dy.AsSpan(chunk * Hidden), 1, chunk, workspace, apart);

        for (var i = 0; i < at.Length; i++)
            Assert.Equal(apart[i], at[i], 1e-4f);
    }

    [Fact]
    public void AWarmSequenceAllocatesNothing()
    {
        var lstm = new Lstm(Inputs, Hidden);
        var (parameters, gradients) = (new float[lstm.ParameterCount], new float[lstm.ParameterCount]);
        var (x, dy) = (new float[Steps * Inputs], new float[Steps * Hidden]);
        var workspace = new RecurrentWorkspace();
        lstm.Forward(parameters, x, [], 1, Steps, workspace);
        lstm.Backward(parameters, x, [], dy, 1, Steps, workspace, gradients);

        var before = GC.GetAllocatedBytesForCurrentThread();
        lstm.Forward(parameters, x, [], 1, Steps, workspace);
        lstm.Backward(parameters, x, [], dy, 1, Steps, workspace, gradients);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void AWrongShapeIsRefused()
    {
        var gru = new Gru(Inputs, Hidden);
        var parameters = new float[gru.ParameterCount];

        Assert.Throws<ArgumentException>(() => gru.Forward(parameters, new float[7], [], 1, 2, new()).Length);
        Assert.Throws<ArgumentException>(() => gru.Forward(parameters, new float[8], [3], 1, 2, new()).Length);
    }
}
