using System.Globalization;

namespace Engage.Evaluation;

/// <summary>Where the fields of interest stand in a line, and what they mean.</summary>
internal sealed class DatasetColumns
{
    /// <summary>The end of the year 9999, the last that a date can be of. In milliseconds the same number is a day of
    /// 1978, so a time says by its size which unit it is in.</summary>
    private const double SecondsMax = 253402300799;

    private const double MillisecondsMax = SecondsMax * 1000;
    private const int QuoteMax = 120;

    // The same four columns go by several names in the files that people have.
    private static readonly string[] Users = ["user_id", "userId", "user"];
    private static readonly string[] Items = ["item_id", "itemId", "movieId", "item"];
    private static readonly string[] Values = ["rating"];
    private static readonly string[] Times = ["timestamp", "time"];

    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly char _separator;
    private readonly int _user;
    private readonly int _item;
    private readonly int _value;
    private readonly int _time;
    private bool? _milliseconds;

    /// <param name="header">The first line.</param>
    /// <exception cref="InvalidDataException">A column is missing.</exception>
    public DatasetColumns(string header, DatasetFormat format)
    {
        _separator = format switch
        {
            DatasetFormat.Recbole => '\t',
            DatasetFormat.MovieLens => ',',
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Expected Recbole or MovieLens."),
        };
        // A RecBole column is `name:type`; the type says nothing that the name does not.
        var names = Split(header).Select(name => name.Trim().Split(':')[0]).ToList();
        int Find(string[] any) =>
            names.FindIndex(name => any.Contains(name, StringComparer.OrdinalIgnoreCase));
        int Required(string[] any) => Find(any) is >= 0 and var at
            ? at
            : throw new InvalidDataException(
                $"The header has no column '{any[0]}': \"{Quote(header)}\". Is --format right? "
                + $"Other names it may have: {string.Join(", ", any[1..])}.");
        (_user, _item, _value, _time) = (Required(Users), Required(Items), Find(Values), Required(Times));
    }

    /// <exception cref="InvalidDataException">The line is not of the format; names the line.</exception>
    public Interaction ParseLine(string text, int line)
    {
        var fields = Split(text);
        var last = Math.Max(Math.Max(_user, _item), Math.Max(_value, _time));
        if (fields.Length <= last)
            throw new InvalidDataException($"Line {line} has {fields.Length} fields; expected more than {last}.");
        float? value = _value < 0 || string.IsNullOrWhiteSpace(fields[_value])
            ? null
            : (float)Number(fields[_value], "rating", line);
        if (value is { } rating && !float.IsFinite(rating))
            throw new InvalidDataException($"Line {line}: rating '{Quote(fields[_value])}' is out of range.");
        return new(Id(fields[_user], "user", line), Id(fields[_item], "item", line), value, AtMs(fields[_time], line));
    }

    /// <summary>All lines are in the unit of the first: a file that changes it is two files.</summary>
    private long AtMs(string text, int line)
    {
        var time = Number(text, "timestamp", line);
        if (time is < 0 or > MillisecondsMax)
            throw new InvalidDataException(
                $"Line {line}: timestamp '{Quote(text)}' is out of range; expected Unix seconds from 0 to "
                + $"{SecondsMax:F0}, or milliseconds.");
        var milliseconds = time > SecondsMax;
        if (milliseconds != (_milliseconds ??= milliseconds))
            throw new InvalidDataException(
                $"Line {line}: timestamp '{Quote(text)}' is in {(milliseconds ? "milliseconds" : "seconds")}; expected "
                + $"{(milliseconds ? "seconds" : "milliseconds")} as in the lines before.");
        return (long)(milliseconds ? time : time * 1000);
    }

    private static double Number(string text, string name, int line) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : throw new InvalidDataException($"Line {line}: {name} '{Quote(text)}' is not a number.");

    private string Id(string text, string name, int line)
    {
        var id = text.Trim();
        if (id.Length == 0)
            throw new InvalidDataException($"Line {line} has no {name} id.");
        if (_ids.TryGetValue(id, out var known))
            return known;
        _ids.Add(id, id);
        return id;
    }

    /// <summary>Comma-separated fields may be quoted (RFC 4180), a quote inside of one is doubled; RecBole's never
    /// are, and a quote there is part of an id.</summary>
    private string[] Split(string line)
    {
        if (_separator != ',' || !line.Contains('"', StringComparison.Ordinal))
            return line.Split(_separator);
        var (fields, from, quoted) = (new List<string>(), 0, false);
        for (var i = 0; i <= line.Length; i++)
        {
            if (i < line.Length && line[i] == '"')
                quoted = !quoted;
            if (i < line.Length && (quoted || line[i] != _separator))
                continue;
            fields.Add(Unquote(line[from..i]));
            from = i + 1;
        }

        return [.. fields];
    }

    private static string Unquote(string field)
    {
        var text = field.Trim();
        return text.Length > 1 && text[0] == '"' && text[^1] == '"'
            ? text[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal)
            : text;
    }

    /// <summary>A garbled file may be one line without end, or hold what a terminal takes as a command.</summary>
    private static string Quote(string text) => new(
        [.. text.Take(QuoteMax).Select(c => char.IsControl(c) && c != '\t' ? '?' : c)]);
}
