using System.Globalization;

namespace Engage.Silo.Metrics;

/// <summary>
/// Writes tags as labels, <c>name="value",other="value"</c>, sorted by name, so that the text is the identity of a
/// series. It is written into a buffer of the caller's: a measurement of a known series allocates nothing.
/// </summary>
internal static class LabelText
{
    /// <summary>Characters a label set may have; a longer one is not kept.</summary>
    public const int CharactersMax = 1_024;

    /// <summary>Tags a measurement may have.</summary>
    public const int TagsMax = 16;

    /// <returns>The characters written; -1 when the tags are too many or too long.</returns>
    public static int Write(ReadOnlySpan<KeyValuePair<string, object?>> tags, Span<char> buffer)
    {
        if (tags.Length > TagsMax) return -1;

        Span<int> order = stackalloc int[tags.Length];
        Sort(tags, order);
        var writer = new Writer(buffer);
        foreach (var index in order)
        {
            if (writer.Written > 0) writer.Append(',');
            writer.AppendName(tags[index].Key);
            writer.Append('=');
            writer.Append('"');
            writer.AppendValue(tags[index].Value);
            writer.Append('"');
        }
        return writer.Overrun ? -1 : writer.Written;
    }

    /// <summary>Insertion sort: tags are few, and instruments give them in the same order each time.</summary>
    private static void Sort(ReadOnlySpan<KeyValuePair<string, object?>> tags, Span<int> order)
    {
        for (var i = 0; i < order.Length; i++)
        {
            var place = i;
            for (; place > 0 && string.CompareOrdinal(tags[order[place - 1]].Key, tags[i].Key) > 0; place--)
                order[place] = order[place - 1];
            order[place] = i;
        }
    }

    private ref struct Writer(Span<char> buffer)
    {
        private readonly Span<char> _buffer = buffer;

        public int Written { get; private set; }

        public bool Overrun { get; private set; }

        public void Append(char character)
        {
            if (Written == _buffer.Length) Overrun = true;
            else _buffer[Written++] = character;
        }

        public void AppendName(string name)
        {
            if (name.Length == 0 || char.IsAsciiDigit(name[0])) Append('_');
            foreach (var character in name) Append(char.IsAsciiLetterOrDigit(character) ? character : '_');
        }

        public void AppendValue(object? value)
        {
            Span<char> number = stackalloc char[64];
            if (value is bool flag) Append(flag ? "true" : "false");
            else if (value is ISpanFormattable formattable and not Enum
                && formattable.TryFormat(number, out var length, default, CultureInfo.InvariantCulture))
                AppendEscaped(number[..length]);
            else AppendEscaped(value?.ToString() ?? "");
        }

        private void Append(string text)
        {
            foreach (var character in text) Append(character);
        }

        private void AppendEscaped(scoped ReadOnlySpan<char> text)
        {
            foreach (var character in text)
            {
                if (character is '\\' or '"' or '\n') Append('\\');
                Append(character == '\n' ? 'n' : character);
            }
        }
    }
}
