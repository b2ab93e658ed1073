using System.Globalization;
using System.Text;

namespace Engage.Contracts.Texts;

/// <summary>
/// Characters that nobody sees, and that change what she sees beside them: bidirectional overrides and isolates,
/// zero-width spaces, joiners where nothing joins, letters without ink. With them two names that look alike are two
/// names, and a text reads otherwise than it is stored (Unicode Technical Report 36, 2.6 and 2.10).
/// </summary>
public static class HiddenCharacters
{
    private const int JoinerFirst = 0x200C;
    private const int Joiner = 0x200D;
    private const int BlackFlag = 0x1F3F4;

    /// <summary>
    /// Of a name of somebody or something of hers. What people say is tidied instead; a name is refused, or it would
    /// not be the one that was given.
    /// </summary>
    /// <returns>Null if there are none, otherwise a clause that begins with a verb.</returns>
    public static string? WhatIsWrong(string text) => Look(text, (rune, start, end) =>
        IsControl(rune) || IsBlank(rune.Value) || IsHidden(rune, text, start, end));

    /// <summary>
    /// Of a title or a description, which may come from anywhere: soft hyphens, marks of direction and of byte order
    /// are in many honest ones. Only what makes it read otherwise than it is stored is refused, and what no text has.
    /// </summary>
    /// <returns>As <see cref="WhatIsWrong"/>.</returns>
    public static string? WhatMisleads(string text) => Look(text, (rune, start, _) =>
        (rune.IsAscii && IsControl(rune)) || TurnsDirection(rune.Value) || IsStrayTag(rune.Value, text, start));

    private static string? Look(string text, Func<Rune, int, int, bool> isWrong)
    {
        for (var at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune)) return "contains half of a surrogate pair; leave it out";

            var before = at;
            at += rune.Utf16SequenceLength;
            if (isWrong(rune, before, at)) return $"contains U+{rune.Value:X4}, which nobody sees; leave it out";
        }
        return null;
    }

    /// <summary>
    /// Whether taking it away leaves what a reader sees. Joiners stay where emoji, Persian and Indic scripts are spelt
    /// with them: between characters that are neither ASCII nor Han.
    /// </summary>
    /// <param name="rune">The one in question.</param>
    /// <param name="text">All of the text.</param>
    /// <param name="start">Where the rune starts in it.</param>
    /// <param name="end">Where the next one starts.</param>
    public static bool IsHidden(Rune rune, string text, int start, int end) => rune.Value switch
    {
        < 0x80 => false,
        JoinerFirst or Joiner => start == 0 || end >= text.Length || !Joins(text[start - 1]) || !Joins(text[end]),
        var tag when IsTag(tag) => !IsInFlag(text, start),
        0xAD or 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x180E => true,
        _ => Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format,
    };

    private static bool IsControl(Rune rune) => Rune.IsControl(rune) && rune.Value is not ('\t' or '\n' or '\r');

    /// <summary>Means something in a text, of Braille or of poems; a name of it is none.</summary>
    private static bool IsBlank(int rune) => rune is 0x2028 or 0x2029 or 0x2800 or 0x3164 or 0xFFA0;

    /// <summary>Embeddings, overrides and isolates: what stands after one reads in an order of its own.</summary>
    private static bool TurnsDirection(int rune) => rune is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static bool IsTag(int rune) => rune is >= 0xE0020 and <= 0xE007F;

    private static bool IsStrayTag(int rune, string text, int start) => IsTag(rune) && !IsInFlag(text, start);

    private static bool Joins(char c) => c >= 0x80 && c is not (>= '\u4E00' and <= '\u9FFF') && c != JoinerFirst &&
        c != Joiner;

    /// <summary>Tags spell a region behind a black flag (England, Scotland); elsewhere they hide a text.</summary>
    private static bool IsInFlag(string text, int at)
    {
        while (at >= 2 && Rune.TryGetRuneAt(text, at - 2, out var before))
        {
            if (before.Value == BlackFlag) return true;
            if (!IsTag(before.Value)) return false;

            at -= 2;
        }
        return false;
    }
}
