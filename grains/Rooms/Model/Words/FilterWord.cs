namespace Engage.Grains.Rooms;

/// <summary>A word to look for.</summary>
/// <param name="Text">As it was listed.</param>
/// <param name="Letters">How many it has.</param>
/// <param name="IsAlphabetic">All of a script that puts spaces between words.</param>
/// <param name="HasLetter">Not digits and symbols alone.</param>
internal sealed record FilterWord(string Text, int Letters, bool IsAlphabetic, bool HasLetter)
{
    /// <summary>Stands for whatever a text says that is made so that nobody can tell.</summary>
    public static readonly FilterWord Unreadable = new("…", 1, false, false);

    /// <summary>Shorter words differ from innocent ones by a letter: god and good, but nobody is "fuuck".</summary>
    private const int LongMin = 4;

    public bool IsLong => Letters >= LongMin;

    public static FilterWord Of(string text, ReadOnlySpan<FilterLetter> letters)
    {
        bool alphabetic = true, letter = false;
        foreach (var each in letters)
        {
            alphabetic &= each.Sort != LetterSort.Ideographic;
            letter |= each.Sort is LetterSort.Alphabetic or LetterSort.Ideographic;
        }
        return new(text, letters.Length, alphabetic, letter);
    }
}
