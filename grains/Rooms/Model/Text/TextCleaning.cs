using System.Globalization;
using System.Text;

namespace Engage.Grains.Rooms;

/// <summary>The slow way through a text that holds something out of the ordinary.</summary>
internal static class TextCleaning
{
    private const int JoinerFirst = 0x200C;
    private const int Joiner = 0x200D;
    private const int BlackFlag = 0x1F3F4;

    // Writing systems need three at most; towers of marks reach over other people's lines.
    private const int MarksMax = 4;

    /// <returns>Null: there is something that no keyboard writes.</returns>
    public static string? Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        var marks = 0;
        for (var at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune)) return null;

            var before = at;
            at += rune.Utf16SequenceLength;
            if (IsLineOrTab(rune.Value))
                clean.Append(' ');
            else if (Rune.IsControl(rune))
                return null;
            else if (IsSeen(rune, text, before, at))
            {
                marks = Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark ? marks + 1 : 0;
                if (marks <= MarksMax) clean.Append(rune.ToString());
            }
        }
        return Compose(clean).ToString().Trim();
    }

    private static bool IsLineOrTab(int rune) => rune is '\t' or '\n' or '\r' or 0x85 or 0x2028 or 0x2029;

    /// <summary>Whether taking it away would change what a reader sees.</summary>
    private static bool IsSeen(Rune rune, string text, int start, int end) => rune.Value switch
    {
        JoinerFirst or Joiner => start > 0 && end < text.Length && Joins(text[start - 1]) && Joins(text[end]),
        >= 0xE0020 and <= 0xE007F => IsInFlag(text, start),
        0xAD or 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x180E => false,
        _ => Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format,
    };

    private static bool Joins(char c) => c >= 0x80 && c is not (>= '\u4E00' and <= '\u9FFF') && c != JoinerFirst &&
        c != Joiner;

    /// <summary>Tags spell a region behind a black flag (England, Scotland); elsewhere they hide a text.</summary>
    private static bool IsInFlag(string text, int at)
    {
        while (at >= 2 && Rune.TryGetRuneAt(text, at - 2, out var before))
        {
            if (before.Value == BlackFlag) return true;
            if (before.Value is not (>= 0xE0020 and <= 0xE007F)) return false;

            at -= 2;
        }
        return false;
    }

    /// <summary>Puts marks of a letter in order and joins with it what Unicode has as one character.</summary>
    private static StringBuilder Compose(StringBuilder text)
    {
        var composed = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var letter = text[i++];
            if (i < text.Length && Hangul.TryCompose(letter, text[i], out var syllable))
            {
                composed.Append(syllable);
                i++;
                if (i < text.Length && Hangul.TryCompose(syllable, text[i], out var closed))
                {
                    composed[^1] = closed;
                    i++;
                }
                continue;
            }
            var first = i;
            while (i < text.Length && IsMark(text[i])) i++;
            Append(composed, letter, text, first, i);
        }
        return composed;
    }

    private static void Append(StringBuilder composed, char letter, StringBuilder text, int first, int end)
    {
        var place = composed.Length;
        composed.Append(letter);
        if (first == end) return;

        var marks = Enumerable.Range(first, end - first).Select(i => text[i]).OrderBy(Marks.ClassOf);
        byte last = 0;
        foreach (var mark in marks)
        {
            // A mark of the same class that stayed in front keeps this one from the letter.
            if (Marks.ClassOf(mark) > last && Marks.TryCompose(composed[place], mark, out var joined))
            {
                composed[place] = joined;
                continue;
            }
            composed.Append(mark);
            last = Marks.ClassOf(mark);
        }
    }

    private static bool IsMark(char c) => c is >= '\u0300' and <= '\u036F' or '\u3099' or '\u309A';
}
