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
    /// <exception cref="InvalidDataException">There is no event, or a line or the header is not of the format; names
    /// the file and the line.</exception>
    public static IReadOnlyList<Interaction> Read(string path, DatasetFormat format, int? limit = null)
    {
        using var reader = new StreamReader(path, DatasetText.Encoding);
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
        var columns = new DatasetColumns(header.TrimStart('\uFEFF'), format);
        var events = new List<Interaction>();
        for (var line = 2; reader.ReadLine() is { } text; line++)
            if (!string.IsNullOrWhiteSpace(text))
                events.Add(columns.ParseLine(text, line));

        if (events.Count == 0)
            throw new InvalidDataException("No events, only a header line.");
        // OrderBy is a stable sort: ties keep the order of the file.
        var ordered = events.OrderBy(e => e.AtMs);
        return (limit is { } n ? ordered.Take(n) : ordered).ToArray();
    }
}
