namespace Engage.Neural.Tests;

public sealed class LossTests
{
    [Fact]
    public void LogisticEqualsPyTorch()
    {
        var golden = Golden.Of("logistic");
        var logits = golden["logits"];

        var loss = Logistic.MeanLoss(logits, golden["labels"]);

        golden.Equal("loss", [loss]);
        golden.Equal("d", logits);
    }

    private delegate float LossOf(Span<float> values);

    [Fact]
    public void GradientsOfLossesEqualCentralDifferences()
    {
        var random = new SeededRandom(8);
        var labels = new float[] { 1, 0, 0.3f, 1 };
        var q = new float[] { 0.1f, 0.2f, 0.5f };
        Check(4, values => Logistic.MeanLoss(values, labels));
        Check(4, values => SquaredError.MeanLoss(values, labels));
        Check(4, values => BayesianRanking.MeanLoss(values));
        Check(4, values => Softmax.CrossEntropy(values, 2));
        Check(4, values => Softmax.Sampled(values, [7, 8, 7, 9], q));
        Check(9, values => Softmax.InBatch(values, [7, 8, 7], q));

        void Check(int length, LossOf loss)
        {
            var values = MlpTests.RandomArray(random, length, 1);
            var gradients = (float[])values.Clone();
            loss(gradients);
            CentralDifferences.Check("loss", values, gradients, () => loss((float[])values.Clone()));
        }
    }

    [Fact]
    public void LogisticStaysFiniteAtAnyLogit()
    {
        Assert.Equal(1000, Logistic.Loss(1000, 0));
        Assert.Equal(0, Logistic.Loss(1000, 1));
        Assert.Equal(1000, Logistic.Loss(-1000, 1));
        Assert.Equal(0, Logistic.Loss(-1000, 0));
        Assert.Equal(-1, Logistic.Gradient(-1000, 1));
    }

    [Fact]
    public void SquaredErrorEqualsPyTorch()
    {
        var golden = Golden.Of("squared_error");
        var outputs = golden["outputs"];

        var loss = SquaredError.MeanLoss(outputs, golden["targets"]);

        golden.Equal("loss", [loss]);
        golden.Equal("d", outputs);
    }

    [Fact]
    public void BayesianRankingEqualsPyTorch()
    {
        var golden = Golden.Of("bayesian_ranking");
        var scores = golden["scores"];

        var loss = BayesianRanking.MeanLoss(scores);

        golden.Equal("loss", [loss]);
        golden.Equal("d", scores);
    }

    [Fact]
    public void SampledSoftmaxEqualsPyTorch()
    {
        var golden = Golden.Of("sampled_softmax");
        var logits = golden["logits"];

        var loss = Softmax.Sampled(logits, [9, 1, 2, 3, 4, 5], golden["q"]);

        golden.Equal("loss", [loss]);
        golden.Equal("d", logits);
    }

    [Fact]
    public void InBatchSoftmaxEqualsPyTorch()
    {
        var golden = Golden.Of("in_batch_softmax");
        var logits = golden["logits"];

        var loss = Softmax.InBatch(logits, [1, 2, 3, 2], golden["q"]);

        golden.Equal("loss", [loss]);
        golden.Equal("d", logits);
    }

    [Fact]
    public void ADrawThatHitThePositiveCountsForNothing()
    {
        float[] logits = [1, 100, 2];
        float[] without = [1, 2];

        Softmax.Sampled(logits, [7, 7, 8], [0.5f, 0.5f]);
        // One draw fewer in the correction: ln(2 · 0.5) = 0 and ln(1 · 1) = 0.
        Softmax.Sampled(without, [7, 8], [1]);

        Assert.Equal([without[0], 0, without[1]], logits);
    }

    /// <summary>Sampling with any q and correcting for it leads where the full softmax leads: the mean of many sampled
    /// gradients points along the full one.</summary>
    [Fact]
    public void CorrectedSamplesApproachTheFullSoftmax()
    {
        const int items = 20, draws = 400;
        var random = new SeededRandom(3);
        var full = MlpTests.RandomArray(random, items, 1);
        var truth = (float[])full.Clone();
        Softmax.CrossEntropy(truth, 0);
        // Item i is drawn in proportion to i + 1: far from uniform.
        var q = Enumerable.Range(0, items).Select(i => (i + 1) / (items * (items + 1) / 2f)).ToArray();
        var mean = new double[items];

        for (var round = 0; round < 50; round++)
        {
            var drawn = Enumerable.Range(0, draws).Select(_ => Draw(q, random)).ToArray();
            float[] logits = [full[0], .. drawn.Select(item => full[item])];
            Softmax.Sampled(logits, [0, .. drawn], [.. drawn.Select(item => q[item])]);
            for (var n = 0; n < drawn.Length; n++)
                mean[drawn[n]] += logits[n + 1] / 50.0;
        }

        for (var item = 1; item < items; item++)
            Assert.Equal(truth[item], mean[item], 0.02);
    }

    private static int Draw(float[] q, SeededRandom random)
    {
        var left = random.NextSingle();
        for (var item = 0; item < q.Length - 1; item++)
            if ((left -= q[item]) < 0)
                return item;
        return q.Length - 1;
    }
}
