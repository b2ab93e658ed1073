using System.Diagnostics.Metrics;
using System.Text;

namespace Engage.Silo.Metrics;

/// <summary>
/// An instrument's name as Prometheus writes it: letters, digits and underscores, the unit spelled out at the end, and
/// <c>_total</c> after a counter. Source: OpenTelemetry, "Prometheus and OpenMetrics Compatibility".
/// </summary>
internal static class MetricName
{
    public static string Of(Instrument instrument, bool counter)
    {
        var name = Sanitize(instrument.Name);
        name = WithSuffix(name, UnitOf(instrument.Unit));
        return counter ? WithSuffix(name, "total") : name;
    }

    /// <summary>Whatever is no letter, digit or underscore becomes an underscore; a leading digit gets one.</summary>
    public static string Sanitize(string name)
    {
        var text = new StringBuilder(name.Length + 1);
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) text.Append('_');
        foreach (var character in name)
            text.Append(char.IsAsciiLetterOrDigit(character) ? character : '_');
        return text.ToString();
    }

    private static string WithSuffix(string name, string suffix) =>
        suffix.Length == 0 || name.EndsWith('_' + suffix, StringComparison.Ordinal) ? name : $"{name}_{suffix}";

    /// <summary>Annotations in braces count things and are no unit.</summary>
    private static string UnitOf(string? unit) => unit switch
    {
        null or "" or "1" => "",
        ['{', ..] => "",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" => "bytes",
        "%" => "percent",
        _ => Sanitize(unit),
    };
}
