using System.Buffers;

namespace Engage.Storage.Postgres;

/// <summary>
/// What PostgreSQL cannot keep as text is refused before it is queued: in a group it would spoil the work of others.
/// </summary>
internal static class PostgresText
{
    private static readonly SearchValues<char> Suspicious =
        SearchValues.Create([.. Enumerable.Range(0xD800, 0x800).Select(code => (char)code), '\0']);

    /// <exception cref="ArgumentException">The text has a NUL character or half a surrogate pair; names what it
    /// is.</exception>
    public static void Check(string text, string what)
    {
        var at = text.AsSpan().IndexOfAny(Suspicious);
        if (at < 0) return;

        for (var i = at; i < text.Length; i++)
        {
            if (text[i] == '\0')
                throw new ArgumentException(
                    $"{what} has a NUL character (U+0000) at {i}, which PostgreSQL cannot store as text. "
                    + "Leave it out.");
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                throw new ArgumentException(
                    $"{what} has half of a surrogate pair at {i}: it is not well-formed Unicode. "
                    + "Correct its encoding.");
            i++;
        }
    }
}
