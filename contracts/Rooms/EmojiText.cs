using System.Text;

namespace Engage.Contracts.Rooms;

/// <summary>
/// What counts as an emoji: a pictograph with its colour and gender, a family joined to one, a flag, a key cap.
/// </summary>
/// <remarks>
/// By the ranges of Unicode 15's emoji, not by its table: the runtime carries none, and a symbol more that somebody may
/// react with harms nobody. Digits and letters are none.
/// </remarks>
public static class EmojiText
{
    /// <summary>In UTF-16 units; the longest that keyboards offer, two people kissing, has 15.</summary>
    public const int LengthMax = 32;

    private const int Joiner = 0x200D;
    private const int TextStyle = 0xFE0E;
    private const int EmojiStyle = 0xFE0F;
    private const int KeyCap = 0x20E3;

    /// <summary>Whether a text is one emoji and nothing else.</summary>
    public static bool IsEmoji(string? text) =>
        text is { Length: > 0 and <= LengthMax } && EndOf(text, 0) == text.Length;

    /// <summary>Whether a text is emoji, at least one, with nothing but spaces between.</summary>
    public static bool IsOnlyEmoji(string text)
    {
        var any = false;
        for (var at = 0; at < text.Length;)
        {
            if (text[at] is ' ' or '\u3000')
            {
                at++;
                continue;
            }
            var end = EndOf(text, at);
            if (end < 0) return false;

            (at, any) = (end, true);
        }
        return any;
    }

    /// <returns>Where the emoji that begins at <paramref name="start"/> ends; -1: none begins there.</returns>
    private static int EndOf(string text, int start)
    {
        var first = At(text, start);
        if (IsFlagLetter(first)) return IsFlagLetter(At(text, start + 2)) ? start + 4 : -1;
        if (first is >= '0' and <= '9' or '#' or '*')
        {
            var cap = At(text, start + 1) == EmojiStyle ? start + 2 : start + 1;
            return At(text, cap) == KeyCap ? cap + 1 : -1;
        }
        var end = start;
        while (IsPictograph(At(text, end)))
        {
            end = Dressed(text, end + Length(At(text, end)));
            if (At(text, end) != Joiner || !IsPictograph(At(text, end + 1))) return end;

            end++;
        }
        return -1;
    }

    /// <summary>
    /// Skips what belongs to a pictograph: its style, skin colour, and the letters of a region's flag.
    /// </summary>
    private static int Dressed(string text, int at)
    {
        if (At(text, at) is EmojiStyle or TextStyle) at++;
        if (At(text, at) is >= 0x1F3FB and <= 0x1F3FF) at += 2;
        while (At(text, at) is >= 0xE0020 and <= 0xE007F) at += 2;
        return at;
    }

    private static bool IsFlagLetter(int rune) => rune is >= 0x1F1E6 and <= 0x1F1FF;

    private static bool IsPictograph(int rune) => rune is >= 0x1F000 and <= 0x1FAFF && !IsFlagLetter(rune) ||
        rune is >= 0x2600 and <= 0x27BF or >= 0x2B05 and <= 0x2B55 or >= 0x2194 and <= 0x21AA ||
        rune is >= 0x231A and <= 0x23FF or >= 0x25AA and <= 0x25FE ||
        rune is 0xA9 or 0xAE or 0x203C or 0x2049 or 0x2122 or 0x2139 or 0x24C2 or 0x2934 or 0x2935 or 0x3030 or 0x303D
            or 0x3297 or 0x3299;

    private static int At(string text, int at) =>
        at < text.Length && Rune.TryGetRuneAt(text, at, out var rune) ? rune.Value : 0;

    private static int Length(int rune) => rune > 0xFFFF ? 2 : 1;
}
