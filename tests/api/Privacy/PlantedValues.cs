using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Engage.Api.Tests.Privacy;

/// <summary>Values that nobody but one test writes, and where files have them, however they are encoded.</summary>
internal sealed class PlantedValues
{
    private static readonly JsonSerializerOptions Escaped = new() { Encoder = JavaScriptEncoder.Default };
    private readonly Dictionary<string, string> _values = [];

    /// <returns>The value, to be put into the field that the name says.</returns>
    public string Plant(string field, string value)
    {
        _values.Add(field, value);
        return value;
    }

    public string this[string field] => _values[field];

    public IEnumerable<string> Where(Func<string, bool> isField) =>
        _values.Where(value => isField(value.Key)).Select(value => value.Value);

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
            found.AddRange(
                from value in _values
                from form in FormsOf(value.Value)
                where bytes.AsSpan().IndexOf(form.Bytes) >= 0
                select $"{value.Key} as {form.Name} in {Path.GetRelativePath(folder, file)}");
        }
        return found;
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
