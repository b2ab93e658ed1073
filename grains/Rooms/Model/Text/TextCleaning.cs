using System.Globalization;
using System.Text;
using Engage.Contracts.Texts;

namespace Engage.Grains.Rooms;

/// <summary>The slow way through a text that holds something out of the ordinary.</summary>
internal static class TextCleaning
{
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
            else if (!HiddenCharacters.IsHidden(rune, text, before, at))
            {
                marks = Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark ? marks + 1 : 0;
                if (marks <= MarksMax) clean.Append(rune.ToString());
            }
        }
        return Compose(clean).ToString().Trim();
    }

    private static bool IsLineOrTab(int rune) => rune is '\t' or '\n' or '\r' or 0x85 or 0x2028 or 0x2029;

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
