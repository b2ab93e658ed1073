namespace Engage.Grains.Rooms;

/// <summary>The totals of an open poll, kept as votes come, are replaced and go.</summary>
/// <remarks>
/// A slider's sum is kept in millionths of its range: whole numbers add up to the same in any order and lose nothing
/// when a vote is taken back, which sums of reals do.
/// </remarks>
internal sealed class PollTally(PollTerms terms, int wordsShown)
{
    private const int Bins = 10;
    private const double Parts = 1_000_000;
    private static readonly Comparer<WordCount> Order = Comparer<WordCount>.Create(Compare);

    private readonly int[]? _counts = terms.HasChoices ? new int[terms.Choices.Length] : null;
    private readonly int[]? _histogram = terms.Minimum is null ? null : new int[Bins];
    private readonly Dictionary<string, int> _words = [];
    private long _sum;

    public void Add(Ballot ballot) => Count(ballot, 1);
    public void Remove(Ballot ballot) => Count(ballot, -1);

    public PollResults Results(int voters) => new(voters, _counts is null ? null : [.. _counts],
        _histogram is null || voters == 0 ? null : terms.Minimum + _sum / Parts / voters * Range,
        _histogram is null ? null : [.. _histogram],
        terms.Kind == Contracts.Rooms.PollKind.WordCloud ? TopWords() : null);

    private double Range => terms.Maximum!.Value - terms.Minimum!.Value;

    private void Count(Ballot ballot, int change)
    {
        for (var choice = 0; choice < _counts?.Length; choice++)
            if (ballot.Has(choice))
                _counts[choice] += change;
        if (ballot.Value is { } value && _histogram is not null)
        {
            var share = (value - terms.Minimum!.Value) / Range;
            _sum += change * (long)Math.Round(share * Parts);
            _histogram[Math.Min(Bins - 1, (int)(share * Bins))] += change;
        }
        // Without letters it is of somebody who was erased.
        if (ballot.Word is { Length: > 0 } word) CountWord(word, change);
    }

    private void CountWord(string word, int change)
    {
        var count = _words.GetValueOrDefault(word) + change;
        if (count == 0) _words.Remove(word);
        else _words[word] = count;
    }

    /// <summary>By insertion into a short list: a cloud of thousands of words is shown again with every push.</summary>
    private WordCount[] TopWords()
    {
        var top = new List<WordCount>(wordsShown + 1);
        foreach (var (word, count) in _words)
        {
            var entry = new WordCount(word, count);
            if (top.Count == wordsShown && Compare(entry, top[^1]) > 0) continue;

            var place = top.BinarySearch(entry, Order);
            top.Insert(~place, entry);
            if (top.Count > wordsShown) top.RemoveAt(wordsShown);
        }
        return [.. top];
    }

    private static int Compare(WordCount one, WordCount other) => one.Count != other.Count
        ? other.Count.CompareTo(one.Count)
        : string.CompareOrdinal(one.Word, other.Word);
}
