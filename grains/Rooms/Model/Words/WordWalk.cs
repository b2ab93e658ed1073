namespace Engage.Grains.Rooms;

/// <summary>The search for a filter's words through one text.</summary>
internal ref struct WordWalk(WordFilter filter, ReadOnlySpan<FilterLetter> letters)
{
    // A start takes a step or two, and some hundreds where nearly all that follows can be read in several ways.
    private const int StepsPerStart = 2_000;

    // Of all starts together, on the average.
    private const int StepsPerLetter = 100;

    // Where a start takes more steps than this, it is remembered what led nowhere.
    private const int StepsUnremembered = 64;

    // A run that is spaced out this far is one run; trying each of its places to stop would cost the square of it.
    private const int StopsMax = 12;

    private readonly ReadOnlySpan<FilterLetter> _letters = letters;
    private int _start;
    private int _budget = StepsPerStart;
    private int _left = StepsPerStart;
    private HashSet<long>? _deadEnds;

    /// <summary>What the search has cost.</summary>
    public int Steps { get; private set; }

    /// <returns>
    /// <see cref="FilterWord.Unreadable"/> if the text is made so that it cannot be told what it says: a word may be
    /// hidden behind any noise, and so the noise itself is unwanted.
    /// </returns>
    public FilterWord? Find()
    {
        var most = StepsPerStart + StepsPerLetter * _letters.Length;
        for (_start = 0; _start < _letters.Length; _start++)
        {
            if (!filter.CanBegin(_letters[_start]) || IsInsideRun(_start)) continue;

            _deadEnds?.Clear();
            _left = _budget = Math.Min(StepsPerStart, most - Steps);
            if (Step(0, _start, false) is { } word) return word;
            if (_left <= 0) return FilterWord.Unreadable;
        }
        return null;
    }

    /// <returns>False: the budget of this start is used up.</returns>
    private bool Spend(int steps = 1)
    {
        if (_left <= 0) return false;

        _left -= steps;
        Steps += steps;
        return true;
    }

    private bool IsDeadEnd(int node, int at, bool doubled) => _budget - _left > StepsUnremembered &&
        !(_deadEnds ??= []).Add((long)node << 32 | (uint)at << 1 | (doubled ? 1u : 0u));

    /// <summary>Doubled characters are words of their own in Chinese: 妈妈的 does not contain 妈的.</summary>
    private readonly bool IsInsideRun(int at) =>
        at > 0 && _letters[at].Gap == LetterGap.None && _letters[at - 1].Code == _letters[at].Code;

    /// <param name="node">What was read so far.</param>
    /// <param name="at">The next letter.</param>
    /// <param name="doubled">Whether a single letter of the word was found written twice.</param>
    private FilterWord? Step(int node, int at, bool doubled)
    {
        if (at >= _letters.Length || !Spend() || IsDeadEnd(node, at, doubled)) return null;

        var letter = _letters[at];
        return StepAs(letter.Code, node, at, doubled) ??
            (letter.Other == 0 ? null : StepAs(letter.Other, node, at, doubled)) ??
            (letter.Sort == LetterSort.Symbol && at > _start ? Step(node, at + 1, doubled) : null);
    }

    /// <summary>Takes the letters from <paramref name="at"/> on that can be read as one run of a letter.</summary>
    private FilterWord? StepAs(int code, int node, int at, bool doubled)
    {
        if (!filter.CanStep(node, code)) return null;

        var (run, unfollowed) = (0, 0);
        for (var end = at; end < _letters.Length; end++)
        {
            if (!Spend()) return null;
            if (!_letters[end].Is(code))
            {
                if (_letters[end].Sort != LetterSort.Symbol) break;
                continue;
            }
            run++;
            unfollowed = end + 1;
            if (run > StopsMax || !CanStop(unfollowed, code)) continue;
            if (Follow(code, run, node, unfollowed, doubled) is { } word) return word;
            unfollowed = 0;
        }
        return unfollowed > 0 ? Follow(code, run, node, unfollowed, doubled) : null;
    }

    /// <summary>
    /// Within a run of letters there is no place to stop, unless the next may be read as another letter.
    /// </summary>
    private readonly bool CanStop(int end, int code) => end == _letters.Length || !_letters[end].Is(code) ||
        _letters[end].Gap != LetterGap.None || _letters[end].Other != 0 || _letters[end].Sort == LetterSort.Symbol;

    private FilterWord? Follow(int code, int run, int node, int end, bool doubled)
    {
        for (var spelt = Math.Min(run, WordFilter.RunMax); spelt >= 1; spelt--)
        {
            var isDoubled = spelt < run && run < WordFilter.RunMax;
            if (isDoubled && _letters[end - 1].Sort == LetterSort.Ideographic) continue;
            if (!filter.TryStep(node, code, spelt, out var child)) continue;

            var twice = doubled || isDoubled;
            if (filter.At(child) is { } word && (word.IsLong || !twice) && Spend(end - _start) &&
                MatchShape.Counts(_letters, _start, end, word))
                return word;
            if (Step(child, end, twice) is { } longer) return longer;
        }
        return null;
    }
}
