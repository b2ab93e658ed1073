namespace Engage.Grains.Rooms;

/// <summary>Korean letters and the syllables they make, by the arithmetic of the Unicode standard, 3.12.</summary>
internal static class Hangul
{
    private const char Syllables = '\uAC00', Leading = '\u1100', Vowels = '\u1161', Trailing = '\u11A7';
    private const int LeadingCount = 19, VowelCount = 21, TrailingCount = 28;

    /// <summary>A leading consonant with a vowel, or a syllable that is open with a trailing consonant.</summary>
    public static bool TryCompose(char first, char second, out char syllable)
    {
        int lead = first - Leading, vowel = second - Vowels, trail = second - Trailing, open = first - Syllables;
        syllable = '\0';
        if (lead is >= 0 and < LeadingCount && vowel is >= 0 and < VowelCount)
            syllable = (char)(Syllables + (lead * VowelCount + vowel) * TrailingCount);
        else if (open is >= 0 and < LeadingCount * VowelCount * TrailingCount && open % TrailingCount == 0 &&
                 trail is > 0 and < TrailingCount)
            syllable = (char)(first + trail);
        return syllable != '\0';
    }
}
