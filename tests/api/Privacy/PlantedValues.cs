using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Engage.Api.Tests.Privacy;

/// <summary>Values that nobody but one test writes, and where files have them, however they are encoded.</summary>
internal sealed class PlantedValues
{
    private static readonly JsonSerializerOptions Escaped = new() { Encoder = JavaScriptEncoder.Default };
    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<string> _exported = [];
    private List<(string Name, string Form)>? _forms;
    private SearchValues<string>? _search;

    /// <param name="field">What it stands in.</param>
    /// <param name="value">Nobody else writes it.</param>
    /// <param name="isExported">Whether she is given it when she asks for her data.</param>
    /// <returns>The value, to be put into the field that the name says.</returns>
    public string Plant(string field, string value, bool isExported = true)
    {
        _values.Add(field, value);
        (_forms, _search) = (null, null);
        if (isExported) _exported.Add(field);
        return value;
    }

    /// <summary>Fields whose values an export must have and this text has not.</summary>
    public IEnumerable<string> MissingIn(string export) =>
        _exported.Where(field => !export.Contains(_values[field], StringComparison.Ordinal));

    /// <summary>Fields whose values a text has, as they are.</summary>
    public IEnumerable<string> FieldsIn(string text) =>
        _values.Where(value => text.Contains(value.Value, StringComparison.Ordinal)).Select(value => value.Key);

    public string this[string field] => _values[field];

    /// <returns>Field and file of each value that is found below the folder.</returns>
    public List<string> FindBelow(string folder, Func<string, bool>? isLookedAt = null)
    {
        var found = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            // The lock of a running server is held, and empty.
            if (isLookedAt?.Invoke(file) == false || Path.GetFileName(file) == "engage.lock") continue;
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            found.AddRange(FindIn(bytes, Path.GetRelativePath(folder, file)));
        }
        return found;
    }

    /// <returns>Field and place of each value that the bytes have.</returns>
    public IEnumerable<string> FindIn(byte[] bytes, string place)
    {
        // All at once, byte by byte as characters: a gigabyte is looked through in seconds, whatever is planted.
        var forms = _forms ??= [.. _values.SelectMany(value => FormsOf(value.Value)
            .Select(form => ($"{value.Key} as {form.Name}", Encoding.Latin1.GetString(form.Bytes))))];
        var search = _search ??= SearchValues.Create([.. forms.Select(form => form.Form)], StringComparison.Ordinal);
        var text = Encoding.Latin1.GetString(bytes);
        return text.AsSpan().ContainsAny(search)
            ? forms.Where(form => text.Contains(form.Form, StringComparison.Ordinal))
                .Select(form => $"{form.Name} in {place}")
            : [];
    }

    private static IEnumerable<(string Name, byte[] Bytes)> FormsOf(string value)
    {
        var utf8 = Encoding.UTF8.GetBytes(value);
        yield return ("UTF-8", utf8);
        yield return ("UTF-16 LE", Encoding.Unicode.GetBytes(value));
        yield return ("UTF-16 BE", Encoding.BigEndianUnicode.GetBytes(value));
        var escaped = JsonSerializer.Serialize(value, Escaped).Trim('"');
        yield return ("JSON", Encoding.ASCII.GetBytes(escaped));
        yield return ("JSON, lower case", Encoding.ASCII.GetBytes(escaped.ToLowerInvariant()));
        yield return ("hexadecimal", Encoding.ASCII.GetBytes(Convert.ToHexString(utf8)));
        yield return ("hexadecimal, lower case", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(utf8)));
        yield return ("percent encoding", Encoding.ASCII.GetBytes(Uri.EscapeDataString(value)));
        // Base64 looks different for each of three places within a longer text; its ends belong to what is around it.
        for (var before = 0; before < 3; before++)
        {
            var base64 = Convert.ToBase64String([.. new byte[before], .. utf8]);
            var certain = base64[((before * 8 + 5) / 6)..(((before + utf8.Length) * 8) / 6)];
            yield return ($"base64 at {before}", Encoding.ASCII.GetBytes(certain));
            yield return (
                $"base64url at {before}", Encoding.ASCII.GetBytes(certain.Replace('+', '-').Replace('/', '_')));
        }
    }
}
