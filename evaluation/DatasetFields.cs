namespace Engage.Evaluation;

/// <summary>Parts lines into fields. Fields may be quoted (RFC 4180), a quote inside of one is doubled; RecBole's never
/// are, and a quote there is part of an id.</summary>
internal sealed class DatasetFields
{
    private const char Tab = '\t';

    // What parts the header into equally many columns: the first of these.
    private const string Separators = "\t,;|";

    private readonly char _separator;

    /// <param name="header">The first line.</param>
    public DatasetFields(string header, DatasetFormat format) => _separator = format switch
    {
        DatasetFormat.Auto => Separators.MaxBy(separator => header.AsSpan().Count(separator)),
        DatasetFormat.Recbole => Tab,
        DatasetFormat.MovieLens => ',',
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Expected Auto, Recbole or MovieLens."),
    };

    public string[] Split(string line)
    {
        if (_separator == Tab || !line.Contains('"', StringComparison.Ordinal))
            return line.Split(_separator);
        var (fields, from) = (new List<string>(), 0);
        while (from <= line.Length)
        {
            var to = EndOf(line, from);
            fields.Add(Unquote(line[from..to]));
            from = to + 1;
        }

        return [.. fields];
    }

    /// <summary>Where the field ends that begins at <paramref name="from"/>. Only a quote at its beginning opens it:
    /// one further on is part of the text, such as inches.</summary>
    private int EndOf(string line, int from)
    {
        var at = from;
        while (at < line.Length && line[at] == ' ')
            at++;
        if (at == line.Length || line[at] != '"')
            return line.IndexOf(_separator, from) is >= 0 and var end ? end : line.Length;
        var quoted = true;
        for (at++; at < line.Length && (quoted || line[at] != _separator); at++)
            // A doubled quote closes and opens again at once.
            if (line[at] == '"')
                quoted = !quoted;
        return at;
    }

    private static string Unquote(string field)
    {
        var text = field.Trim();
        return text.Length > 1 && text[0] == '"' && text[^1] == '"'
            ? text[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal)
            : text;
    }
}
