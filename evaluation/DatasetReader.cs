using System.Globalization;

namespace Engage.Evaluation;

/// <summary>
/// Reads recorded interactions in time order. Events of the same time keep the order of the file, so that two runs, and
/// two programs, see the same stream. The files are not sorted, hence the whole file is read before the first event is
/// handed out.
/// </summary>
public static class DatasetReader
{
    /// <summary>The end of the year 9999, the last that a date can be of.</summary>
    private const double SecondsMax = 253402300799;

    private const int QuoteMax = 120;

    /// <summary>Reads <paramref name="path"/> and returns its first <paramref name="limit"/> events in time
    /// order.</summary>
    /// <param name="limit">Most events to return, counted after sorting; null for all.</param>
    /// <exception cref="InvalidDataException">There is no event, or a line or the header is not of the format; names
    /// the file and the line.</exception>
    public static IReadOnlyList<Interaction> Read(string path, DatasetFormat format, int? limit = null)
    {
        using var reader = new StreamReader(path);
        try
        {
            return Read(reader, format, limit);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    /// <inheritdoc cref="Read(string, DatasetFormat, int?)"/>
    public static IReadOnlyList<Interaction> Read(TextReader reader, DatasetFormat format, int? limit = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var header = reader.ReadLine() ?? throw new InvalidDataException("The file is empty; expected a header line.");
        var columns = Columns.Parse(header.TrimStart('\uFEFF'), format);
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        var events = new List<Interaction>();
        for (var line = 2; reader.ReadLine() is { } text; line++)
            if (text.Length > 0)
                events.Add(columns.ParseLine(text, line, ids));

        if (events.Count == 0)
            throw new InvalidDataException("No events, only a header line.");
        // OrderBy is a stable sort: ties keep the order of the file.
        var ordered = events.OrderBy(e => e.AtMs);
        return (limit is { } n ? ordered.Take(n) : ordered).ToArray();
    }

    /// <summary>Where the fields of interest stand in a line.</summary>
    private sealed record Columns(char Separator, int User, int Item, int Value, int Time)
    {
        public static Columns Parse(string header, DatasetFormat format) => format switch
        {
            DatasetFormat.Recbole => Parse(header, '\t', "user_id", "item_id", "rating"),
            DatasetFormat.MovieLens => Parse(header, ',', "userId", "movieId", "rating"),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Expected Recbole or MovieLens."),
        };

        private static Columns Parse(string header, char separator, string user, string item, string value)
        {
            // A RecBole column is `name:type`; the type says nothing that the name does not.
            var names = header.Split(separator).Select(name => name.Trim().Split(':')[0]).ToList();
            int Required(string name) => names.IndexOf(name) is >= 0 and var at
                ? at
                : throw new InvalidDataException(
                    $"The header has no column '{name}': \"{Quote(header)}\". Is --format right?");
            return new(separator, Required(user), Required(item), names.IndexOf(value), Required("timestamp"));
        }

        public Interaction ParseLine(string text, int line, Dictionary<string, string> ids)
        {
            var fields = text.Split(Separator);
            var last = Math.Max(Math.Max(User, Item), Math.Max(Value, Time));
            if (fields.Length <= last)
                throw new InvalidDataException($"Line {line} has {fields.Length} fields; expected more than {last}.");
            var seconds = Number(fields[Time], "timestamp", line);
            if (seconds is < 0 or > SecondsMax)
                throw new InvalidDataException(
                    $"Line {line}: timestamp '{Quote(fields[Time])}' is out of range; expected Unix seconds "
                    + $"from 0 to {SecondsMax:F0}.");
            float? value = Value < 0 ? null : (float)Number(fields[Value], "rating", line);
            if (value is { } rating && !float.IsFinite(rating))
                throw new InvalidDataException($"Line {line}: rating '{Quote(fields[Value])}' is out of range.");
            return new(Intern(ids, fields[User]), Intern(ids, fields[Item]), value, (long)(seconds * 1000));
        }

        private static double Number(string text, string name, int line) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
                ? number
                : throw new InvalidDataException($"Line {line}: {name} '{Quote(text)}' is not a number.");

        /// <summary>A garbled file may be one line without end, or hold what a terminal takes as a command.</summary>
        private static string Quote(string text) => new(
            [.. text.Take(QuoteMax).Select(c => char.IsControl(c) && c != '\t' ? '?' : c)]);

        private static string Intern(Dictionary<string, string> ids, string text)
        {
            var id = text.Trim();
            if (ids.TryGetValue(id, out var known))
                return known;
            ids.Add(id, id);
            return id;
        }
    }
}
