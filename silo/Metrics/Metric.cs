using System.Collections.Concurrent;
using System.Text;

namespace Engage.Silo.Metrics;

/// <summary>
/// One metric with its series. Their number is bounded: a label that takes any value must not fill the memory.
/// </summary>
/// <param name="type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
/// <param name="observed">
/// Its instrument is asked at each scrape and answers whole values; series it no longer names are gone.
/// </param>
internal sealed class Metric(
    string name, string help, string type, bool observed, int seriesMax, Func<Series> newSeries, Action dropped)
{
    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private int _count;

    public string Name => name;

    public string Type => type;

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Span<char> buffer = stackalloc char[LabelText.CharactersMax];
        var length = LabelText.Write(tags, buffer);
        if (length >= 0 && Find(buffer[..length]) is { } series) series.Record(value);
        else dropped();
    }

    public void BeginScrape()
    {
        if (!observed) return;
        _series.Clear();
        Volatile.Write(ref _count, 0);
    }

    public void Write(StringBuilder text)
    {
        var series = _series.ToArray();
        if (series.Length == 0) return;

        var explained = help
            .Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("\n", @"\n", StringComparison.Ordinal);
        text.Append("# HELP ").Append(name).Append(' ').Append(explained).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        foreach (var (labels, one) in series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            one.Write(text, name, labels);
    }

    /// <returns>Null when there is no place for another series.</returns>
    private Series? Find(ReadOnlySpan<char> labels)
    {
        if (_series.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(labels, out var known)) return known;
        if (Interlocked.Increment(ref _count) > seriesMax)
        {
            Interlocked.Decrement(ref _count);
            return null;
        }

        // Two that meet here count one too many: the bound holds, a place may stay empty.
        return _series.GetOrAdd(labels.ToString(), _ => newSeries());
    }
}
