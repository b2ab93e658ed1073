using System.Diagnostics.Metrics;
using Engage.Contracts.Recommending;

namespace Engage.Grains.Recommending;

/// <summary>
/// The report of the model that is trained on this silo, as metrics; silent on the others. Set by the model, read by
/// scrapes.
/// </summary>
internal sealed class ModelMetrics
{
    public const string MeterName = "Engage.Model";

    private ModelReport? _report;

    public ModelMetrics(IMeterFactory? factory = null)
    {
        // Without a factory (tests, tools) nothing listens.
        var meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        Gauge(meter, "hit_rate", "Share of engagements whose content was in the first 10 before.",
            report => report.Ranking.HitRate10);
        Gauge(meter, "ndcg", "Mean NDCG of the first 10 before.", report => report.Ranking.Ndcg10);
        Gauge(meter, "loss", "Mean softmax loss of the ranker, nats.", report => report.Ranking.Loss);
        Gauge(meter, "rate", "Learning rate of the ranker.", report => report.Ranking.Rate);
        Gauge(meter, "gradient_norm", "Of the last example.", report => report.Ranking.GradientNorm);
        Gauge(meter, "drifting", "1 for a while after a drift.", report => report.Ranking.Drifting ? 1 : 0);
        Gauge(meter, "drifts", "Drifts since the beginning.",
            report => report.Ranking.Drifts + report.Engagement.Drifts);
        Gauge(meter, "engagement.log_loss", "Of joined impressions, nats.", report => report.Engagement.LogLoss);
        Gauge(meter, "engagement.auc", "Of joined impressions.", report => report.Engagement.Auc);
        Gauge(meter, "engagement.calibration", "Engagements observed / expected.",
            report => report.Engagement.Calibration);
        Gauge(meter, "engagement.ranked_rate", "Off-policy estimate: always what is ranked.",
            report => report.Engagement.RankedRate);
        Gauge(meter, "engagement.explored_rate", "Off-policy estimate: always a draw.",
            report => report.Engagement.ExploredRate);
        Gauge(meter, "engagement.share", "The engagement model's part in the scores.",
            report => report.Engagement.Share);
        Gauge(meter, "impressions.waiting", "Impressions without outcome.", report => report.Engagement.Waiting);
        Gauge(meter, "impressions.joined", "Impressions with outcome.", report => report.Engagement.Joined);
        Gauge(meter, "unranked", "First engagements that trained all but the ranker, as learning was behind.",
            report => report.Unranked);
        Gauge(meter, "rollbacks", "Times the model went back.", report => report.Guard.Rollbacks);
        Gauge(meter, "skipped", "Examples left out.", report => report.Guard.Skipped);
    }

    /// <summary>Null where the model is not trained.</summary>
    public ModelReport? Report
    {
        get => Volatile.Read(ref _report);
        set => Volatile.Write(ref _report, value);
    }

    private void Gauge(Meter meter, string name, string description, Func<ModelReport, double> read) =>
        meter.CreateObservableGauge(
            $"engage.model.{name}",
            () => Report is { } report ? [new Measurement<double>(read(report))] : Array.Empty<Measurement<double>>(),
            description: description);
}
