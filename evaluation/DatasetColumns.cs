namespace Engage.Evaluation;

/// <summary>Where the fields of interest stand in a line, and what they mean.</summary>
internal sealed class DatasetColumns
{
    // The same four columns go by several names in the files that people have; a file that has several of them means
    // the first. Underscores, hyphens, blanks and capitals make no difference.
    private static readonly string[] Users =
        ["user_id", "user", "uid", "visitor_id", "customer_id", "reviewer_id", "account_id", "member_id"];

    private static readonly string[] Items =
    [
        "item_id", "movieId", "content_id", "product_id", "item", "iid", "video_id", "article_id", "course_id", "asin",
    ];

    private static readonly string[] Values = ["rating", "stars", "score"];

    private static readonly string[] Times =
        ["timestamp", "time", "unix_time", "event_time", "ts", "datetime", "created_at", "date"];

    // How tables that are written by programs spell that there is nothing.
    private static readonly string[] Nothing = ["", "NaN", "NA", "N/A", "null", "None", @"\N"];

    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly DatasetFields _fields;
    private readonly DatasetTimes _times = new();
    private readonly int _user;
    private readonly int _item;
    private readonly int _value;
    private readonly int _time;

    /// <param name="header">The first line.</param>
    /// <exception cref="InvalidDataException">A column is missing.</exception>
    public DatasetColumns(string header, DatasetFormat format)
    {
        _fields = new(header, format);
        var names = _fields.Split(header).Select(Plain).ToList();
        int Find(string[] any) =>
            any.Select(name => names.IndexOf(Plain(name))).FirstOrDefault(at => at >= 0, -1);
        int Required(string[] any) => Find(any) is >= 0 and var at
            ? at
            : throw new InvalidDataException(
                $"The header has no column '{any[0]}': \"{DatasetText.Quote(header)}\". The first line must name the "
                + "columns, separated as all lines are; is --format right? "
                + $"Other names it may have: {string.Join(", ", any[1..])}.");
        (_user, _item, _value, _time) = (Required(Users), Required(Items), Find(Values), Required(Times));
    }

    /// <exception cref="InvalidDataException">The line is not of the format; names the line.</exception>
    public Interaction ParseLine(string text, int line)
    {
        var fields = _fields.Split(text);
        var last = Math.Max(Math.Max(_user, _item), Math.Max(_value, _time));
        if (fields.Length <= last)
            throw new InvalidDataException(
                $"Line {line} has {fields.Length} fields; by the header it must have {last + 1} or more: "
                + $"\"{DatasetText.Quote(text)}\".");
        return new(
            Id(fields[_user], "user", line), Id(fields[_item], "item", line),
            _value < 0 ? null : Rating(fields[_value].Trim(), line), _times.AtMs(fields[_time], line));
    }

    private static float? Rating(string text, int line)
    {
        if (Nothing.Contains(text, StringComparer.OrdinalIgnoreCase))
            return null;
        var rating = (float)DatasetText.Number(text, "rating", line);
        return float.IsFinite(rating)
            ? rating
            : throw new InvalidDataException($"Line {line}: rating '{DatasetText.Quote(text)}' is out of range.");
    }

    /// <summary>A RecBole column is `name:type`; the type says nothing that the name does not.</summary>
    private static string Plain(string name) => new(
        [.. name.Split(':')[0].Where(c => c is not ('_' or '-') && !char.IsWhiteSpace(c))
            .Select(char.ToLowerInvariant)]);

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
}
