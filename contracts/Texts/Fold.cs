using System.Globalization;
using System.Text;

namespace Engage.Contracts.Texts;

/// <summary>One spelling for what readers take for the same.</summary>
public static class Fold
{
    private const int FullWidthFirst = 0xFF01, FullWidthLast = 0xFF5E, FullWidthOffset = 0xFEE0;

    /// <summary>
    /// Look like a Latin letter, are a Cyrillic or Greek one; each above the letter that it looks like.
    /// </summary>
    private const string Lookalikes = "абвгеёзіїјкмнорстухѕԁԛԝһαβγεικνορτυχωϲ";
    private const string LooksLike = "a6bree3iijkmhopctyxsdqwhabyeikvoptuxwc";

    private static readonly Dictionary<int, char> Latin = Lookalikes.Zip(LooksLike)
        .ToDictionary(pair => (int)pair.First, pair => pair.Second);

    /// <summary>A word as a word cloud counts it: in lower case, letters of ordinary width, single spaces.</summary>
    public static string Word(string word)
    {
        var folded = new StringBuilder(word.Length);
        foreach (var rune in word.EnumerateRunes())
            folded.Append(Rune.ToLowerInvariant(new(Width(rune.Value))).ToString());
        return string.Join(' ', folded.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>
    /// A letter without what disguises it: width, case, accents, the styles of mathematics, circles and boxes, and
    /// letters of other scripts that look alike.
    /// </summary>
    public static int Letter(int rune)
    {
        var plain = Styled(Width(rune));
        if (plain < 0x80) return char.ToLowerInvariant((char)plain);

        var lower = Rune.ToLowerInvariant(new(plain)).Value;
        if (lower <= char.MaxValue) lower = Marks.Strip((char)lower);
        return Latin.TryGetValue(lower, out var latin) ? latin : lower switch
        {
            'ø' => 'o', 'đ' => 'd', 'ł' => 'l', 'ı' => 'i', 'ħ' => 'h', 'ŧ' => 't', 'ſ' => 's', 'ß' => 's', _ => lower,
        };
    }

    /// <summary>Takes nobody's eye: in a word it is as if it were not there.</summary>
    public static bool IsIgnored(Rune rune) => rune.Value is 0x115F or 0x1160 or 0x3164 or 0xFFA0 ||
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.EnclosingMark or UnicodeCategory.ModifierSymbol && rune.Value > 0x7F;

    private static int Width(int rune) => rune switch
    {
        >= FullWidthFirst and <= FullWidthLast => rune - FullWidthOffset,
        0x3000 => ' ',
        _ => rune,
    };

    private static int Styled(int rune) => rune switch
    {
        >= 0x1D400 and <= 0x1D6A3 => 'a' + (rune - 0x1D400) % 26,
        >= 0x1D7CE and <= 0x1D7FF => '0' + (rune - 0x1D7CE) % 10,
        >= 0x24B6 and <= 0x24E9 => 'a' + (rune - 0x24B6) % 26,
        >= 0x249C and <= 0x24B5 => 'a' + (rune - 0x249C),
        >= 0x1F130 and <= 0x1F149 => 'a' + (rune - 0x1F130),
        >= 0x1F150 and <= 0x1F169 => 'a' + (rune - 0x1F150),
        >= 0x1F170 and <= 0x1F189 => 'a' + (rune - 0x1F170),
        >= 0x1F1E6 and <= 0x1F1FF => 'a' + (rune - 0x1F1E6),
        >= 0x2460 and <= 0x2468 => '1' + (rune - 0x2460),
        _ => rune,
    };
}
