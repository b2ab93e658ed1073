using System.Globalization;
using System.Text;

namespace Engage.Silo.Metrics;

/// <summary>One label set of a metric and its value.</summary>
internal abstract class Series
{
    public abstract void Record(double value);

    /// <summary>Writes its lines. <paramref name="labels"/> come without braces and may be empty.</summary>
    public abstract void Write(StringBuilder text, string name, string labels);

    protected static void WriteSample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    protected static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}

/// <summary>Measurements add up: counters, and gauges that are told their changes.</summary>
internal sealed class SumSeries : Series
{
    private double _sum;

    public override void Record(double value)
    {
        var seen = Volatile.Read(ref _sum);
        while (true)
        {
            var found = Interlocked.CompareExchange(ref _sum, seen + value, seen);
            // Bit by bit: NaN is not equal to itself, and the loop would never end.
            if (BitConverter.DoubleToInt64Bits(found) == BitConverter.DoubleToInt64Bits(seen)) return;
            seen = found;
        }
    }

    public override void Write(StringBuilder text, string name, string labels) =>
        WriteSample(text, name, labels, Volatile.Read(ref _sum));
}

/// <summary>The newest measurement counts.</summary>
internal sealed class LatestSeries : Series
{
    private double _value;

    public override void Record(double value) => Volatile.Write(ref _value, value);

    public override void Write(StringBuilder text, string name, string labels) =>
        WriteSample(text, name, labels, Volatile.Read(ref _value));
}

/// <summary>Measurements are sorted into buckets, each counting what is at most its bound.</summary>
/// <param name="bounds">Ascending; one more bucket takes the rest.</param>
internal sealed class HistogramSeries(double[] bounds) : Series
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private readonly Lock _together = new();
    private double _sum;

    public override void Record(double value)
    {
        var bucket = Array.BinarySearch(bounds, value);
        if (bucket < 0) bucket = ~bucket;
        lock (_together)
        {
            _counts[bucket]++;
            _sum += value;
        }
    }

    public override void Write(StringBuilder text, string name, string labels)
    {
        long[] counts;
        double sum;
        lock (_together) (counts, sum) = ((long[])_counts.Clone(), _sum);

        var separator = labels.Length > 0 ? "," : "";
        var upTo = 0L;
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            upTo += counts[bucket];
            var bound = Number(bucket < bounds.Length ? bounds[bucket] : double.PositiveInfinity);
            WriteSample(text, name + "_bucket", $"{labels}{separator}le=\"{bound}\"", upTo);
        }
        WriteSample(text, name + "_sum", labels, sum);
        WriteSample(text, name + "_count", labels, upTo);
    }
}
