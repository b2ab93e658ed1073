namespace Engage.Neural.Tests;

public sealed class MetricTests
{
    [Fact]
    public void AucCountsPairsAndTiesHalf()
    {
        float[] scores = [0.1f, 0.4f, 0.35f, 0.8f, 0.4f];
        bool[] happened = [false, false, true, true, true];

        // Pairs won of 6: 0.35 beats 0.1; 0.8 beats both; 0.4 beats 0.1 and ties with 0.4.
        Assert.Equal(4.5 / 6, BinaryMetrics.Auc(scores, happened));
        Assert.Equal(0.5, BinaryMetrics.Auc([1, 1, 1], [true, false, true]));
        Assert.Equal(double.NaN, BinaryMetrics.Auc([1, 2], [true, true]));
    }

    [Fact]
    public void AucAgreesWithCountingEveryPair()
    {
        var random = new SeededRandom(2);
        var scores = Enumerable.Range(0, 300).Select(_ => (float)random.Next(40)).ToArray();
        var happened = scores.Select(score => random.Next(60) < score).ToArray();
        var (won, pairs) = (0.0, 0);
        for (var p = 0; p < 300; p++)
            for (var n = 0; n < 300; n++)
                if (happened[p] && !happened[n])
                {
                    pairs++;
                    won += scores[p] > scores[n] ? 1 : scores[p] < scores[n] ? 0 : 0.5;
                }

        Assert.Equal(won / pairs, BinaryMetrics.Auc(scores, happened), 1e-12);
    }

    [Fact]
    public void LogLossAndAccuracyAreTheWrittenOutMeans()
    {
        float[] probabilities = [0.9f, 0.2f, 0.5f];
        bool[] happened = [true, true, false];

        Assert.Equal(
            -(Math.Log(0.9) + Math.Log(0.2) + Math.Log(0.5)) / 3, BinaryMetrics.LogLoss(probabilities, happened), 1e-6);
        Assert.Equal(1 / 3.0, BinaryMetrics.Accuracy(probabilities, happened));
        Assert.True(double.IsFinite(BinaryMetrics.LogLoss(0, true)));
    }

    [Fact]
    public void AWindowForgetsAndGoesOnAfterLoading()
    {
        var (window, random) = (new BinaryWindow(100), new SeededRandom(4));
        for (var i = 0; i < 250; i++) window.Add(0.5f, true);
        for (var i = 0; i < 99; i++) window.Add(0.25f, random.Next(4) == 0);
        var loaded = new BinaryWindow(100);
        var (probabilities, happened, examples) = window.Save();

        loaded.Load(probabilities, happened, examples);
        window.Add(0.25f, true);
        loaded.Add(0.25f, true);

        Assert.Equal(window.Read(), loaded.Read());
        Assert.Equal(350, loaded.Read().Examples);
        Assert.Equal(0.25, loaded.Read().PositiveRate, 0.12);
        Assert.Throws<InvalidDataException>(() => new BinaryWindow(50).Load(probabilities, happened, examples));
    }

    [Fact]
    public void AnEmptyWindowSaysSo()
    {
        var progress = new BinaryWindow(10).Read();

        Assert.Equal(0, progress.Window);
        Assert.True(double.IsNaN(progress.Auc));
        Assert.True(double.IsNaN(progress.LogLoss));
    }

    [Fact]
    public void TheReportIsPrecisionRecallAndF1PerClass()
    {
        var report = new ClassificationReport("left", "stayed");
        foreach (var (actual, predicted, times) in ((int, int, int)[])[(0, 0, 30), (0, 1, 10), (1, 0, 20), (1, 1, 140)])
            for (var i = 0; i < times; i++)
                report.Add(actual, predicted);

        var left = report.Of(0);

        Assert.Equal((30 / 50.0, 30 / 40.0, 40), (left.Precision, left.Recall, left.Support));
        Assert.Equal(2 * 0.6 * 0.75 / 1.35, left.F1, 1e-12);
        Assert.Equal(0.85, report.Accuracy);
        Assert.Equal((left.F1 + report.Of(1).F1) / 2, report.Macro.F1, 1e-12);
        Assert.Equal(((40 * left.F1) + (160 * report.Of(1).F1)) / 200, report.Weighted.F1, 1e-12);
        Assert.Contains("        left     0.6000     0.7500     0.6667         40\n", report.ToString());
    }

    [Fact]
    public void AClassThatIsNeverPredictedScoresZero()
    {
        var report = new ClassificationReport("a", "b", "c");
        report.Add(0, 0);

        Assert.Equal(new ClassScores(0, 0, 0, 0), report.Of(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => report.Add(0, 3));
    }

    [Fact]
    public void AScoreThatIsNotANumberRanksLast()
    {
        Assert.Equal(3, RankMetrics.Rank([float.NaN, 1, 2], 0));
        Assert.Equal(3, RankMetrics.Rank([float.NaN, float.NaN, float.NaN], 1));
        // Those of others are behind it.
        Assert.Equal(2, RankMetrics.Rank([float.NaN, 1, 2], 1));
    }

    [Fact]
    public void RankMetricsAreTheWrittenOutOnes()
    {
        var window = new RankWindow(3);
        foreach (var rank in (int[])[1, 1, 3, 0, 11]) window.Add(rank);

        Assert.Equal((1 / 3.0, 0.5 / 3, ((1 / 3.0) + (1 / 11.0)) / 3), window.Read(10));
        Assert.Equal(1, RankMetrics.Rank([3, 1, 2], 0));
        Assert.Equal(3, RankMetrics.Rank([3, 1, 2], 1));
        // Who says the same of everything is put in the middle.
        Assert.Equal(3, RankMetrics.Rank([1, 1, 1, 1], 2));
    }

    [Fact]
    public void CalibrationIsTheGapBetweenSaidAndHappened()
    {
        var calibration = new Calibration(10);
        for (var i = 0; i < 100; i++)
        {
            calibration.Add(0.25f, i < 25);
            calibration.Add(0.85f, i < 65);
        }

        Assert.Equal(0.1, calibration.ExpectedError, 1e-6);
        Assert.Equal(100, calibration.Bins[2].Count);
        Assert.Equal(0.65, calibration.Bins[8].Happened);
        Assert.True(double.IsNaN(calibration.Bins[5].Said));
        Assert.Throws<ArgumentOutOfRangeException>(() => calibration.Add(float.NaN, true));
    }
}
