using Engage.LoadGen.Measure;

namespace Engage.Bench.Journal;

/// <summary>One measurement.</summary>
/// <param name="PerSecond">Durable events.</param>
/// <param name="Latency">Until what was sent was durable: an event, for a file or a COPY the group.</param>
/// <param name="Rows">Events written in all, warm-up included.</param>
/// <param name="GroupRows">Events that shared one fsync, on average.</param>
internal sealed record Measured(double PerSecond, LatencyHistogram Latency, long Rows, double GroupRows);

/// <summary>How long each measurement takes.</summary>
/// <param name="LoadRowsMin">A bulk load of fewer rows would measure its own beginning and end.</param>
internal sealed record Pace(TimeSpan WarmUp, TimeSpan Window, int Runs, long LoadRowsMin)
{
    public static Pace Full { get; } = new(TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(1), 7, 20_000);
    public static Pace Smoke { get; } = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(40), 1, 200);
}
