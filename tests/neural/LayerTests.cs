namespace Engage.Neural.Tests;

public sealed class LayerTests
{
    private readonly SeededRandom _random = new(37);

    [Fact]
    public void DenseGradientsEqualCentralDifferences()
    {
        const int batch = 3;
        var dense = new Dense(7, 5);
        var parameters = MlpTests.RandomArray(_random, dense.ParameterCount, 1);
        var x = MlpTests.RandomArray(_random, batch * 7, 1);
        var dy = MlpTests.RandomArray(_random, batch * 5, 1);
        var (gradients, dx, y) = (new float[dense.ParameterCount], new float[x.Length], new float[dy.Length]);

        dense.Backward(parameters, x, dy, batch, gradients, dx);

        float Loss()
        {
            dense.Forward(parameters, x, batch, y);
            return CentralDifferences.Product(y, dy);
        }

        CentralDifferences.Check("parameters", parameters, gradients, Loss);
        CentralDifferences.Check("x", x, dx, Loss);
    }

    [Fact]
    public void LayerNormEqualsPyTorch()
    {
        var golden = Golden.Of("layer_norm");
        var norm = new LayerNorm(9);
        var parameters = golden.Joined("gain", "bias");
        var (y, dx, gradients) = (new float[36], new float[36], new float[18]);

        norm.Forward(parameters, golden["x"], 4, y);
        norm.Backward(parameters, golden["x"], golden["dy"], 4, gradients, dx);

        golden.Equal("y", y);
        golden.Equal("dx", dx);
        golden.Equal("dgain", gradients.AsSpan(0, 9));
        golden.Equal("dbias", gradients.AsSpan(9));
    }

    [Fact]
    public void LayerNormGradientsEqualCentralDifferencesInPlaceToo()
    {
        var norm = new LayerNorm(6);
        var parameters = MlpTests.RandomArray(_random, norm.ParameterCount, 1);
        var x = MlpTests.RandomArray(_random, 12, 1);
        var dy = MlpTests.RandomArray(_random, 12, 1);
        var (gradients, y, dx) = (new float[12], new float[12], (float[])dy.Clone());

        norm.Backward(parameters, x, dx, 2, gradients, dx);

        float Loss()
        {
            norm.Forward(parameters, x, 2, y);
            return CentralDifferences.Product(y, dy);
        }

        CentralDifferences.Check("parameters", parameters, gradients, Loss);
        CentralDifferences.Check("x", x, dx, Loss);
    }

    [Fact]
    public void AConstantRowIsNormalizedToItsBias()
    {
        var norm = new LayerNorm(4);
        var y = new float[4];

        norm.Forward([1, 1, 1, 1, 5, 6, 7, 8], [3, 3, 3, 3], 1, y);

        Assert.Equal([5, 6, 7, 8], y);
    }

    [Fact]
    public void GeluEqualsPyTorch()
    {
        var golden = Golden.Of("gelu_tanh");
        var y = golden["x"];
        var dx = Enumerable.Repeat(1f, y.Length).ToArray();

        Activations.Forward(Activation.Gelu, golden["x"], y);
        Activations.Backward(Activation.Gelu, golden["x"], dx);

        golden.Equal("y", y);
        golden.Equal("dx", dx);
    }

    [Fact]
    public void AttentionEqualsPyTorch()
    {
        var golden = Golden.Of("attention");
        var attention = new DotAttention(4, 6);
        var (weights, y) = (new float[2 * 3 * 5], new float[2 * 3 * 6]);
        var (dq, dk, dv, dbias) = (new float[24], new float[40], new float[60], new float[5]);

        attention.Forward(golden["q"], golden["k"], golden["v"], [5, 3], golden["bias"], 2, 3, 5, weights, y);
        attention.Backward(golden["q"], golden["k"], golden["v"], golden["dy"], 2, 3, 5, weights, dq, dk, dv, dbias);

        golden.Equal("y", y);
        golden.Equal("dq", dq);
        golden.Equal("dk", dk);
        golden.Equal("dv", dv);
        golden.Equal("dbias", dbias);
    }

    /// <summary>Whatever stands past an example's keys: nothing, or what cannot be computed with.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 7, 1)]
    [InlineData(3, 7, 6)]
    [InlineData(9, 40, 33)]
    public void PaddedKeysOfAnyContentChangeNothing(int queries, int keys, int valueWidth)
    {
        const int batch = 3, width = 5;
        int[] lengths = [keys, keys / 2, 0];
        var attention = new DotAttention(width, valueWidth);
        var q = MlpTests.RandomArray(_random, batch * queries * width, 1);
        var k = MlpTests.RandomArray(_random, batch * keys * width, 1);
        var v = MlpTests.RandomArray(_random, batch * keys * valueWidth, 1);
        var dy = MlpTests.RandomArray(_random, batch * queries * valueWidth, 1);

        var expected = Run(0);

        foreach (var content in (ReadOnlySpan<float>)[float.NaN, float.PositiveInfinity, float.MaxValue])
            Assert.Equal(expected, Run(content));
        Assert.All(expected, value => Assert.True(float.IsFinite(value)));

        float[] Run(float content)
        {
            for (var b = 0; b < batch; b++)
            {
                k.AsSpan(((b * keys) + lengths[b]) * width, (keys - lengths[b]) * width).Fill(content);
                v.AsSpan(((b * keys) + lengths[b]) * valueWidth, (keys - lengths[b]) * valueWidth).Fill(content);
            }

            var (weights, y) = (new float[batch * queries * keys], new float[dy.Length]);
            var (dq, dk, dv, dbias) = (new float[q.Length], new float[k.Length], new float[v.Length], new float[keys]);
            attention.Forward(q, k, v, lengths, [], batch, queries, keys, weights, y);
            attention.Backward(q, k, v, dy, batch, queries, keys, weights, dq, dk, dv, dbias);
            return [.. y, .. weights, .. dq, .. dk, .. dv, .. dbias];
        }
    }

    [Fact]
    public void TargetAttentionGradientsEqualCentralDifferences()
    {
        const int count = 3, length = 4, width = 5;
        var attention = new TargetAttention(width, 6);
        var places = MlpTests.RandomArray(_random, 6, 1);
        var candidates = MlpTests.RandomArray(_random, count * width, 1);
        var sequence = MlpTests.RandomArray(_random, length * width, 1);
        var dy = MlpTests.RandomArray(_random, count * width, 1);
        var (weights, y) = (new float[count * length], new float[count * width]);
        var (dp, dc, ds) = (new float[6], new float[candidates.Length], new float[sequence.Length]);
        var work = new float[attention.WorkLength(count, length)];

        float Loss()
        {
            attention.Forward(places, candidates, sequence, weights, y, work);
            return CentralDifferences.Product(y, dy);
        }

        Loss();
        attention.Backward(candidates, sequence, dy, weights, dp, dc, ds, work);

        CentralDifferences.Check("places", places, dp, Loss);
        CentralDifferences.Check("candidates", candidates, dc, Loss);
        CentralDifferences.Check("sequence", sequence, ds, Loss);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 32)]
    [InlineData(77, 5)]
    public void TargetAttentionEqualsAttentionQueryByQuery(int count, int length)
    {
        const int width = 16;
        var (attention, reference) = (new TargetAttention(width, 32), new DotAttention(width, width));
        var (places, candidates, sequence) = (
            MlpTests.RandomArray(_random, 32, 1), MlpTests.RandomArray(_random, count * width, 1),
            MlpTests.RandomArray(_random, length * width, 1));
        var dy = MlpTests.RandomArray(_random, count * width, 1);
        var (weights, y) = (new float[count * length], new float[count * width]);
        var (expectedWeights, expected) = (new float[count * length], new float[count * width]);
        var work = new float[attention.WorkLength(count, length)];
        // Gradients are added to what is there.
        var (dp, dc, ds) = (Ones(32), Ones(count * width), Ones(length * width));
        var (expectedPlaces, expectedCandidates, expectedSequence) = (Ones(length), Ones(dc.Length), Ones(ds.Length));

        attention.Forward(places, candidates, sequence, weights, y, work);
        reference.Forward(
            candidates, sequence, sequence, [], places.AsSpan(0, length), 1, count, length, expectedWeights, expected);
        AssertNear(expectedWeights, weights);
        AssertNear(expected, y);

        attention.Backward(candidates, sequence, dy, weights, dp, dc, ds, work);
        reference.Backward(
            candidates, sequence, sequence, dy, 1, count, length, expectedWeights, expectedCandidates,
            expectedSequence, expectedSequence, expectedPlaces);
        AssertNear([.. expectedPlaces, .. Ones(32 - length)], dp);
        AssertNear(expectedCandidates, dc);
        AssertNear(expectedSequence, ds);
    }

    private static float[] Ones(int count) => [.. Enumerable.Repeat(1f, count)];

    private static void AssertNear(float[] expected, float[] actual) =>
        Assert.All(actual.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));

    [Fact]
    public void WithoutASequenceTargetAttentionSaysNothing()
    {
        var y = new float[] { 1, 2, 3 };

        new TargetAttention(3, 4).Forward(new float[4], [1, 1, 1], [], [], y, new float[3]);

        Assert.Equal([0, 0, 0], y);
    }

    [Fact]
    public void DropoutKeepsTheMeanAndInferenceChangesNothing()
    {
        var dropout = new Dropout(0.3f);
        var (values, mask) = (new float[20_000], new float[20_000]);
        Array.Fill(values, 1);

        dropout.Forward(values, mask, null);
        Assert.All(values, value => Assert.Equal(1, value));
        dropout.Forward(values, mask, _random);
        var gradients = Enumerable.Repeat(2f, values.Length).ToArray();
        Dropout.Backward(mask, gradients);

        Assert.Equal(0.3, values.Count(value => value == 0) / 20_000.0, 0.02);
        Assert.Equal(1, values.Average(), 0.02);
        Assert.Equal(values.Select(value => 2 * value), gradients);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(float.NaN));
    }
}
