using System.Diagnostics.Metrics;

namespace Engage.Silo.Metrics;

/// <summary>The buckets of a histogram: those that the instrument advises, or what its unit suggests.</summary>
internal static class Buckets
{
    /// <summary>From a commit on a fast disk to a request that timed out.</summary>
    private static readonly double[] Seconds =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private static readonly double[] Bytes = [256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 16_777_216];

    private static readonly double[] Counts = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

    public static double[] Of(Instrument instrument) => Advised(instrument) is { Length: > 0 } advised
        ? [.. advised.Distinct().Order()]
        : instrument.Unit switch
        {
            "s" => Seconds,
            "ms" => [.. Seconds.Select(bound => bound * 1_000)],
            "By" => Bytes,
            _ => Counts,
        };

    private static double[]? Advised(Instrument instrument) => instrument switch
    {
        Histogram<double> histogram => histogram.Advice?.HistogramBucketBoundaries?.ToArray(),
        Histogram<float> histogram => Convert(histogram.Advice),
        Histogram<long> histogram => Convert(histogram.Advice),
        Histogram<int> histogram => Convert(histogram.Advice),
        _ => null,
    };

    private static double[]? Convert<T>(InstrumentAdvice<T>? advice)
        where T : struct, IConvertible =>
        advice?.HistogramBucketBoundaries?.Select(bound => bound.ToDouble(null)).ToArray();
}
