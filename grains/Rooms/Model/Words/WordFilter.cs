namespace Engage.Grains.Rooms;

/// <summary>
/// Finds the words that a room does not want, however they are dressed up: spaces and symbols between their letters,
/// full width, case, accents, invisible characters, repeated letters, digits and symbols for letters, look-alikes of
/// other scripts. Innocent words that merely contain one (<c>class</c>) are left alone.
/// </summary>
/// <remarks>
/// A trie of the words' runs of equal letters is walked from every letter of the text that can begin one; a walk ends
/// after a step or two but for the real thing, so that 200 words cost about as much as one. An Aho-Corasick automaton
/// was rejected: whether a match counts depends on how its letters are spread (<see cref="MatchShape"/>), and a digit
/// stands for several letters, neither of which fits one state per prefix. Traditional and simplified characters are
/// different letters here: the table that joins them is larger than all else in this folder; list both forms.
/// </remarks>
internal sealed class WordFilter
{
    public const int WordsMax = 200;
    public const int WordLengthMax = 40;

    /// <summary>Runs of a letter longer than this are alike: nothing is spelt with more.</summary>
    public const int RunMax = 3;

    private const int UnitsOnStack = 256;

    public static readonly WordFilter Empty = new([]);

    private readonly Dictionary<long, int> _edges = [];
    private readonly List<FilterWord?> _words = [null];
    private readonly HashSet<int> _first = [];

    /// <param name="words">As <see cref="Check"/> wants them; one without any letter is never found.</param>
    public WordFilter(string[] words)
    {
        foreach (var word in words) Add(word);
    }

    public static string[] Distinct(string[] words) =>
        [.. words.Select(word => word?.Trim() ?? "").Distinct(StringComparer.Ordinal)];

    /// <returns>What is wrong with them; null: nothing.</returns>
    public static string? Check(string[] words)
    {
        if (words.Length > WordsMax) return $"filteredWords has {words.Length} words, expected at most {WordsMax}";
        if (Array.Find(words, word => word.Length is 0 or > WordLengthMax) is { } wrong)
            return $"filteredWords: '{wrong}' has {wrong.Length} characters, expected 1 to {WordLengthMax}";

        return Array.Find(words, word => FilterLetter.Read(word, new FilterLetter[word.Length]) == 0) is { } bare
            ? $"filteredWords: '{bare}' has no letter to look for"
            : null;
    }

    /// <returns>
    /// The first filtered word that the text contains, as it was listed; "…" where the text is so full of signs with
    /// several readings that it cannot be told; null: none.
    /// </returns>
    public string? Find(string text) => Find(text, out _);

    /// <param name="steps">What the search has cost.</param>
    internal string? Find(string text, out int steps)
    {
        steps = 0;
        if (_first.Count == 0) return null;

        Span<FilterLetter> letters = text.Length <= UnitsOnStack
            ? stackalloc FilterLetter[UnitsOnStack]
            : new FilterLetter[text.Length];
        var count = LetterRuns.Shorten(letters[..FilterLetter.Read(text, letters)]);
        var walk = new WordWalk(this, letters[..count]);
        var word = walk.Find();
        steps = walk.Steps;
        return word?.Text;
    }

    public bool CanBegin(FilterLetter letter) =>
        _first.Contains(letter.Code) || letter.Other != 0 && _first.Contains(letter.Other);

    /// <summary>The word that ends at a node of the trie; null: none does.</summary>
    public FilterWord? At(int node) => _words[node];

    /// <summary>Whether any word goes on with a letter, however often it stands there.</summary>
    public bool CanStep(int node, int letter)
    {
        for (var run = 1; run <= RunMax; run++)
            if (TryStep(node, letter, run, out _))
                return true;
        return false;
    }

    /// <param name="node">0 is the root.</param>
    /// <param name="letter">Without disguise.</param>
    /// <param name="run">How often it stands there, 1 to <see cref="RunMax"/>.</param>
    /// <param name="child">The node behind it.</param>
    public bool TryStep(int node, int letter, int run, out int child) =>
        _edges.TryGetValue(Key(node, letter, run), out child);

    private void Add(string word)
    {
        Span<FilterLetter> buffer = new FilterLetter[word.Length];
        var letters = buffer[..FilterLetter.Read(word, buffer)];
        if (letters.IsEmpty) return;

        var node = 0;
        for (var at = 0; at < letters.Length;)
        {
            var run = 1;
            while (at + run < letters.Length && letters[at + run].Code == letters[at].Code) run++;
            node = Child(node, letters[at].Code, run);
            at += run;
        }
        _first.Add(letters[0].Code);
        _words[node] ??= FilterWord.Of(word, letters);
    }

    private int Child(int node, int letter, int run)
    {
        var key = Key(node, letter, Math.Min(run, RunMax));
        if (_edges.TryGetValue(key, out var child)) return child;

        _words.Add(null);
        return _edges[key] = _words.Count - 1;
    }

    private static long Key(int node, int letter, int run) => (long)node << 32 | (uint)letter << 2 | (uint)run;
}
