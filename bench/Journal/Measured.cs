using Engage.LoadGen.Measure;

namespace Engage.Bench.Journal;

/// <summary>One measurement.</summary>
/// <param name="PerSecond">Durable events.</param>
/// <param name="Latency">Until what was sent was durable: an event, for a file or a COPY the group.</param>
/// <param name="Rows">Events written in all, warm-up included.</param>
/// <param name="GroupRows">Events that shared one fsync, on average.</param>
internal sealed record Measured(double PerSecond, LatencyHistogram Latency, long Rows, double GroupRows);

/// <summary>How long each measurement takes.</summary>
internal sealed record Pace(TimeSpan WarmUp, TimeSpan Window, int Runs)
{
    public static Pace Full { get; } = new(TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(1), 7);
    public static Pace Smoke { get; } = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(40), 1);
}
