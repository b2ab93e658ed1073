using System.Globalization;
using System.Text;
using Engage.Contracts.Texts;

namespace Engage.Grains.Rooms;

/// <summary>What stands between two letters in the plain text.</summary>
[Flags]
internal enum LetterGap : byte
{
    None = 0,
    Space = 1,

    /// <summary>Dots, dashes, stars, emoji: what nobody puts between the letters of a word for its own sake.</summary>
    Symbol = 2,

    /// <summary>Punctuation that ends or divides a sentence.</summary>
    Sentence = 4,
    Apostrophe = 8,
}

/// <summary>A letter of a text as the word filter reads it.</summary>
/// <param name="Code">The letter without its disguises.</param>
/// <param name="Other">Another letter that it can be read as; 0: none.</param>
/// <param name="Gap">In front of it.</param>
/// <param name="Sort">What it is in the plain text.</param>
internal readonly record struct FilterLetter(int Code, int Other, LetterGap Gap, LetterSort Sort)
{
    public bool Is(int code) => Code == code || Other == code && code != 0;

    /// <summary>Reads a text; <paramref name="letters"/> has room for all its units.</summary>
    /// <returns>How many letters there are.</returns>
    public static int Read(string text, Span<FilterLetter> letters)
    {
        var count = 0;
        var gap = LetterGap.None;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value > 0x7F && Fold.IsIgnored(rune)) continue;

            var code = Fold.Letter(rune.Value);
            if (SortOf(code) is not { } sort)
            {
                gap |= GapOf(code);
                continue;
            }
            var (letter, other) = Unmask(code);
            letters[count++] = new(letter, other, gap, sort);
            gap = LetterGap.None;
        }
        return count;
    }

    private static LetterSort? SortOf(int code) => code switch
    {
        >= 'a' and <= 'z' => LetterSort.Alphabetic,
        >= '0' and <= '9' => LetterSort.Digit,
        '@' or '$' or '!' or '|' or '+' or '€' => LetterSort.Symbol,
        < 0x80 => null,
        _ when IsWithoutSpaces(code) => LetterSort.Ideographic,
        _ => Rune.IsLetterOrDigit(new(code)) ? LetterSort.Alphabetic : null,
    };

    /// <summary>Han, kana, Hangul, Thai: scripts whose words have no edges, or too many endings.</summary>
    private static bool IsWithoutSpaces(int code) => code is >= 0x0E00 and <= 0x0EFF or >= 0x1100 and <= 0x11FF
        or >= 0x3041 and <= 0x30FF or >= 0x3400 and <= 0x9FFF or >= 0xAC00 and <= 0xD7AF or >= 0xF900 and <= 0xFAFF
        or >= 0x20000 and <= 0x3FFFF;

    private static LetterGap GapOf(int code) => code switch
    {
        ' ' or '\t' or 0xA0 or 0x3000 or >= 0x2000 and <= 0x200A => LetterGap.Space,
        ',' or ';' or ':' or '?' or '\n' or '。' or '，' or '、' or '；' or '：' or '？' or '！' or '…' => LetterGap.Sentence,
        '\'' or '’' or '`' => LetterGap.Apostrophe,
        _ => LetterGap.Symbol,
    };

    /// <summary>Digits and symbols that are written for letters.</summary>
    private static (int Letter, int Other) Unmask(int code) => code switch
    {
        '0' => ('o', 0),
        '1' or '!' => ('i', 'l'),
        '|' => ('l', 'i'),
        '3' or '€' => ('e', 0),
        '4' or '@' => ('a', 0),
        '5' or '$' => ('s', 0),
        '7' or '+' => ('t', 0),
        '8' => ('b', 0),
        '9' => ('g', 0),
        _ => (code, 0),
    };
}

internal enum LetterSort : byte
{
    /// <summary>Of a script that puts spaces between words.</summary>
    Alphabetic = 1,
    Digit = 2,

    /// <summary>Stands for a letter or divides two, as one takes it.</summary>
    Symbol = 3,

    /// <summary>Of a script that does not.</summary>
    Ideographic = 4,
}
