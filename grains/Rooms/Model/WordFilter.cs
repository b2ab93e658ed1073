namespace Engage.Grains.Rooms;

/// <summary>Finds the words that a room does not want.</summary>
internal static class WordFilter
{
    public const int WordsMax = 200;
    public const int WordLengthMax = 40;

    public static string[] Distinct(string[] words) =>
        [.. words.Select(word => word?.Trim() ?? "").Distinct(StringComparer.Ordinal)];

    /// <returns>What is wrong with them; null: nothing.</returns>
    public static string? Check(string[] words)
    {
        if (words.Length > WordsMax) return $"filteredWords has {words.Length} words, expected at most {WordsMax}";

        return Array.Find(words, word => word.Length is 0 or > WordLengthMax) is { } wrong
            ? $"filteredWords: '{wrong}' has {wrong.Length} characters, expected 1 to {WordLengthMax}"
            : null;
    }
}
