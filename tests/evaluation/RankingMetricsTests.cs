namespace Engage.Evaluation.Tests;

public sealed class RankingMetricsTests
{
    [Fact]
    public void MetricsEqualHandComputedValues()
    {
        var metrics = new RankingMetrics(10);

        metrics.Add(1);
        metrics.Add(3);
        metrics.Add(20);
        metrics.Add(0);

        Assert.Equal(4, metrics.Count);
        Assert.Equal(0.5, metrics.HitRate, 12);
        Assert.Equal((1 + 0.5) / 4, metrics.Ndcg, 12);
        Assert.Equal((1 + (1 / 3.0) + 0.05) / 4, metrics.Mrr, 12);
    }

    [Fact]
    public void TheCutoffIsInclusive()
    {
        var metrics = new RankingMetrics(10);

        metrics.Add(10);
        metrics.Add(11);

        Assert.Equal(0.5, metrics.HitRate);
        Assert.Equal(1 / Math.Log2(11) / 2, metrics.Ndcg, 12);
    }

    [Fact]
    public void NoTestsMeanZeroAndNotNaN()
    {
        var metrics = new RankingMetrics();

        Assert.Equal((0.0, 0.0, 0.0), (metrics.HitRate, metrics.Ndcg, metrics.Mrr));
    }

    [Fact]
    public void RankIsOneForTheFirstAndZeroForTheAbsent()
    {
        string[] list = ["a", "b"];

        Assert.Equal(1, RankingMetrics.RankOf("a", list));
        Assert.Equal(2, RankingMetrics.RankOf("b", list));
        Assert.Equal(0, RankingMetrics.RankOf("c", list));
    }
}
