namespace Engage.Bench.Freshness;

/// <summary>Milliseconds, one entry an event.</summary>
/// <param name="EventToPush">From sending the event to having received the push that takes it into account.</param>
/// <param name="EventToAcknowledgement">From sending the event to having received that it is durable.</param>
/// <param name="NoOpCall">
/// A hub call that does nothing, between the events: what socket, framework and machine cost.
/// </param>
internal sealed record FreshnessMeasurement(
    IReadOnlyList<double> EventToPush, IReadOnlyList<double> EventToAcknowledgement, IReadOnlyList<double> NoOpCall)
{
    public IReadOnlyList<BenchRow> ToRows()
    {
        var peers = new Dictionary<string, Spread> { ["no-op hub call"] = Spread.Of(NoOpCall) };
        return
        [
            new("event to push", "ms", Spread.Of(EventToPush), peers),
            new("event to push, p95", "ms", Quantile(EventToPush, 0.95), peers),
            new("event to acknowledgement", "ms", Spread.Of(EventToAcknowledgement), peers),
        ];
    }

    private static Spread Quantile(IReadOnlyList<double> values, double quantile)
    {
        var value = values.Order().ElementAt((int)(quantile * (values.Count - 1)));
        return new(value, value, value);
    }
}
