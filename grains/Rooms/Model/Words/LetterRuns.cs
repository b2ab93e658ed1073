namespace Engage.Grains.Rooms;

/// <summary>
/// Shortens what is repeated beyond anything that is read: a search through it would cost the square of its length and
/// more, and find nothing that it does not find in the rest.
/// </summary>
internal static class LetterRuns
{
    /// <summary>Of the same letter, with whatever lies between.</summary>
    private const int SameMax = 12;

    /// <summary>Of signs that stand for a letter or for nothing, at each end of a stretch of them.</summary>
    private const int SymbolsAtEnd = 12;

    /// <summary>Works in place.</summary>
    /// <returns>How many letters are left, from the beginning.</returns>
    public static int Shorten(Span<FilterLetter> letters) =>
        ShortenSymbols(letters[..ShortenRuns(letters)]);

    private static int ShortenRuns(Span<FilterLetter> letters)
    {
        var (count, run) = (0, 0);
        foreach (var letter in letters)
        {
            run = count > 0 && IsSame(letters[count - 1], letter) ? run + 1 : 1;
            // The last one is kept, for the sake of the gap in front of it.
            if (run > SameMax) letters[count - 1] = letter;
            else letters[count++] = letter;
        }
        return count;
    }

    private static int ShortenSymbols(Span<FilterLetter> letters)
    {
        var (count, stretch) = (0, 0);
        foreach (var letter in letters)
        {
            stretch = letter.Sort == LetterSort.Symbol ? stretch + 1 : 0;
            if (stretch <= 2 * SymbolsAtEnd)
            {
                letters[count++] = letter;
                continue;
            }
            var end = letters[(count - SymbolsAtEnd)..count];
            end[1..].CopyTo(end);
            end[^1] = letter;
        }
        return count;
    }

    private static bool IsSame(FilterLetter one, FilterLetter other) =>
        (one.Code, one.Other, one.Sort) == (other.Code, other.Other, other.Sort);
}
