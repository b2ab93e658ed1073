namespace Engage.Grains.Rooms;

/// <summary>
/// Whether letters that spell a filtered word are that word: it depends on where words begin and end around them, and
/// on what stands between them.
/// </summary>
internal static class MatchShape
{
    // "butter" is no form of "butt": only endings that leave the word what it is.
    private static readonly string[] Endings = ["s", "es", "ed", "ing"];
    private static readonly string[] Contractions = ["s", "t", "d", "m", "ll", "re", "ve"];

    /// <param name="letters">Of the whole text.</param>
    /// <param name="start">First letter of the word found.</param>
    /// <param name="end">Behind its last one.</param>
    public static bool Counts(ReadOnlySpan<FilterLetter> letters, int start, int end, FilterWord word)
    {
        if (word.HasLetter && !HasLetter(letters[start..end])) return false;
        if (IsWordPart(letters[start]) && !BeginsWord(letters, start)) return false;
        if (IsWordPart(letters[end - 1]) && !EndsWord(letters, end) && !(word.IsLong && HasEnding(letters, end)))
            return false;

        return word.IsAlphabetic ? IsSpelt(letters, start, end) : IsSpreadOnPurpose(letters, start, end);
    }

    private static bool HasLetter(ReadOnlySpan<FilterLetter> letters)
    {
        foreach (var letter in letters)
            if (letter.Sort is LetterSort.Alphabetic or LetterSort.Ideographic)
                return true;
        return false;
    }

    private static bool IsWordPart(FilterLetter letter) => letter.Sort != LetterSort.Ideographic;

    /// <summary>Digits stuck to a word (ass2) are no part of it; digits inside one (a55et) are.</summary>
    private static bool BeginsWord(ReadOnlySpan<FilterLetter> letters, int start)
    {
        while (start > 0 && letters[start].Gap == LetterGap.None &&
            letters[start - 1].Sort == LetterSort.Digit) start--;
        return start == 0 || letters[start].Gap != LetterGap.None ||
            letters[start - 1].Sort is LetterSort.Ideographic or LetterSort.Symbol;
    }

    private static bool EndsWord(ReadOnlySpan<FilterLetter> letters, int end)
    {
        while (end < letters.Length && letters[end].Gap == LetterGap.None &&
            letters[end].Sort == LetterSort.Digit) end++;
        return end == letters.Length || letters[end].Gap != LetterGap.None ||
            letters[end].Sort is LetterSort.Ideographic or LetterSort.Symbol;
    }

    private static bool HasEnding(ReadOnlySpan<FilterLetter> letters, int end)
    {
        foreach (var ending in Endings)
            if (Continues(letters, end, ending) && EndsWord(letters, end + ending.Length))
                return true;
        return false;
    }

    private static bool Continues(ReadOnlySpan<FilterLetter> letters, int at, string ending)
    {
        if (at + ending.Length > letters.Length) return false;

        for (var i = 0; i < ending.Length; i++)
            if (letters[at + i].Code != ending[i] || letters[at + i].Gap != LetterGap.None)
                return false;
        return true;
    }

    /// <summary>
    /// In one piece, or in pieces that are no words themselves: "fu ck" and "a s s" are the word, "the pen is" is not.
    /// Three pieces and more that happen to spell one are no accident.
    /// </summary>
    private static bool IsSpelt(ReadOnlySpan<FilterLetter> letters, int start, int end)
    {
        int pieces = 0, words = 0;
        for (var at = start; at < end; pieces++)
        {
            var first = at++;
            while (at < end && !IsGapBefore(letters, at)) at++;
            if (ReadsAsWord(letters, first, at, first > start)) words++;
        }
        return pieces != 2 || words < 2;
    }

    private static bool IsGapBefore(ReadOnlySpan<FilterLetter> letters, int at) =>
        letters[at].Gap != LetterGap.None || letters[at].Sort == LetterSort.Symbol ||
        letters[at - 1].Sort == LetterSort.Symbol;

    private static bool ReadsAsWord(ReadOnlySpan<FilterLetter> letters, int first, int end, bool follows)
    {
        if (follows && letters[first].Gap == LetterGap.Apostrophe)
            foreach (var contraction in Contractions)
                if (contraction.Length == end - first && letters[first].Code == contraction[0])
                    return true;
        if (end - first == 1) return letters[first].Code is 'a' or 'i' && letters[first].Sort == LetterSort.Alphabetic;

        foreach (var letter in letters[first..end])
            if (letter.Code is 'a' or 'e' or 'i' or 'o' or 'u' or 'y')
                return true;
        return false;
    }

    /// <summary>
    /// For scripts without spaces. Symbols between two characters are there on purpose; a space may part two words, and
    /// punctuation two sentences, whose edges meet: 中国，人民 is not 国人.
    /// </summary>
    private static bool IsSpreadOnPurpose(ReadOnlySpan<FilterLetter> letters, int start, int end)
    {
        var gaps = 0;
        var kinds = LetterGap.None;
        for (var at = start + 1; at < end; at++)
        {
            if (letters[at].Gap != LetterGap.None) gaps++;
            kinds |= letters[at].Gap;
        }
        var count = end - start;
        var isCutBefore = start == 0 || letters[start].Gap != LetterGap.None;
        var isCutAfter = end == letters.Length || letters[end].Gap != LetterGap.None;
        if ((kinds & LetterGap.Sentence) != 0) return isCutBefore && isCutAfter || count > 2 && gaps == count - 1;

        return kinds != LetterGap.Space || count > 2 || isCutBefore || isCutAfter;
    }
}
