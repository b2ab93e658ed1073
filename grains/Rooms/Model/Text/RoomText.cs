using System.Globalization;
using System.Text;

namespace Engage.Grains.Rooms;

/// <summary>A text that is fit to be shown, or what is wrong with it.</summary>
/// <param name="Wrong">A clause that begins with a verb; null: nothing.</param>
internal readonly record struct RoomText(string Text, string? Wrong)
{
    // UTF-16 units for each character that a reader counts: families of emoji have 11, most characters one.
    private const int UnitsPerCharacter = 4;

    /// <summary>
    /// Trims, composes letters with their marks (NFC as far as Latin, Greek, Cyrillic, kana and Hangul go) and takes
    /// away what nobody sees. Line breaks and tabs become spaces: a message is one line.
    /// </summary>
    /// <remarks>
    /// Bidirectional overrides, zero-width spaces and their like are stripped, not refused: they come with what people
    /// paste, who cannot see them, let alone find them. Zero-width joiners stay between characters that are neither
    /// ASCII nor Han, since emoji, Persian and Indic scripts are spelt with them. Control characters and broken
    /// surrogates come from programs alone and are refused.
    /// </remarks>
    /// <param name="text">As the client sent it; null is empty.</param>
    /// <param name="lengthMax">
    /// In text elements, what a reader takes for one character; and no more than four UTF-16 units each on average, so
    /// that piles of marks are bounded too.
    /// </param>
    public static RoomText Clean(string? text, int lengthMax)
    {
        text ??= "";
        if (text.Length > 2 * lengthMax * UnitsPerCharacter) return TooLong(text.Length, lengthMax);

        var clean = IsPlain(text) ? text.Trim() : TextCleaning.Clean(text);
        if (clean is null) return new("", "contains a control character or half of a surrogate pair; leave it out");
        if (IsBlank(clean)) return new("", $"is empty, expected 1 to {lengthMax} characters");
        if (clean.Length <= lengthMax) return new(clean, null);

        var length = new StringInfo(clean).LengthInTextElements;
        return length > lengthMax || clean.Length > lengthMax * UnitsPerCharacter
            ? TooLong(length, lengthMax)
            : new(clean, null);
    }

    private static RoomText TooLong(int length, int lengthMax) =>
        new("", $"has {length} characters, expected 1 to {lengthMax}; shorten it or send it in parts");

    /// <summary>Letters, Han, kana and punctuation that need no work: nearly every text there is.</summary>
    private static bool IsPlain(string text)
    {
        foreach (var c in text)
            if (c is not (>= ' ' and < '\u007F' or >= '\u4E00' and <= '\u9FFF' or >= '\u3000' and < '\u3099'
                or > '\u309F' and < '\u30FF' or >= '\uFF01' and <= '\uFF5E' or >= '\u00C0' and < '\u0300'
                or >= '\u2010' and <= '\u2027'))
                return false;
        return true;
    }

    /// <summary>Letters that are drawn as nothing make no message.</summary>
    private static bool IsBlank(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (!Rune.IsWhiteSpace(rune) && rune.Value is not (0x115F or 0x1160 or 0x2800 or 0x3164 or 0xFFA0) &&
                Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.NonSpacingMark))
                return false;
        return true;
    }
}
