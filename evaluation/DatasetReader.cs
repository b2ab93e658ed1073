using System.Globalization;

namespace Engage.Evaluation;

/// <summary>
/// Reads recorded interactions in time order. Events of the same time keep the order of the file, so that two runs, and
/// two programs, see the same stream. The files are not sorted, hence the whole file is read before the first event is
/// handed out.
/// </summary>
public static class DatasetReader
{
    /// <summary>Reads <paramref name="path"/> and returns its first <paramref name="limit"/> events in time
    /// order.</summary>
    /// <param name="limit">Most events to return, counted after sorting; null for all.</param>
    /// <exception cref="InvalidDataException">A line or the header is not of the format; names the line.</exception>
    public static IReadOnlyList<Interaction> Read(string path, DatasetFormat format, int? limit = null)
    {
        using var reader = new StreamReader(path);
        return Read(reader, format, limit);
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
                    $"The header has no column '{name}': \"{header}\". Is the format right?");
            return new(separator, Required(user), Required(item), names.IndexOf(value), Required("timestamp"));
        }

        public Interaction ParseLine(string text, int line, Dictionary<string, string> ids)
        {
            var fields = text.Split(Separator);
            var last = Math.Max(Math.Max(User, Item), Math.Max(Value, Time));
            if (fields.Length <= last)
                throw new InvalidDataException($"Line {line} has {fields.Length} fields; expected more than {last}.");
            var seconds = Number(fields[Time], "timestamp", line);
            var value = Value < 0 ? 1f : (float)Number(fields[Value], "rating", line);
            return new(Intern(ids, fields[User]), Intern(ids, fields[Item]), value, (long)(seconds * 1000));
        }

        private static double Number(string text, string name, int line) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new InvalidDataException($"Line {line}: {name} '{text}' is not a number.");

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
