namespace Engage.Grains.Rooms;

/// <summary>The search for a filter's words through one text.</summary>
internal ref struct WordWalk(WordFilter filter, ReadOnlySpan<FilterLetter> letters)
{
    // Only a text made of ambiguous letters gets there; a reader could not read it either.
    private const int StepsMax = 20_000;

    // A run that is spaced out this far is one run; trying each of its places to stop would cost the square of it.
    private const int StopsMax = 12;

    private readonly ReadOnlySpan<FilterLetter> _letters = letters;
    private int _start;
    private int _steps = StepsMax;

    public FilterWord? Find()
    {
        for (_start = 0; _start < _letters.Length; _start++)
            if (filter.CanBegin(_letters[_start]) && !IsInsideRun(_start) && Step(0, _start, false) is { } word)
                return word;
        return null;
    }

    /// <summary>Doubled characters are words of their own in Chinese: 妈妈的 does not contain 妈的.</summary>
    private readonly bool IsInsideRun(int at) =>
        at > 0 && _letters[at].Gap == LetterGap.None && _letters[at - 1].Code == _letters[at].Code;

    /// <param name="node">What was read so far.</param>
    /// <param name="at">The next letter.</param>
    /// <param name="doubled">Whether a single letter of the word was found written twice.</param>
    private FilterWord? Step(int node, int at, bool doubled)
    {
        if (at >= _letters.Length || _steps-- <= 0) return null;

        var letter = _letters[at];
        return StepAs(letter.Code, node, at, doubled) ??
            (letter.Other == 0 ? null : StepAs(letter.Other, node, at, doubled)) ??
            (letter.Sort == LetterSort.Symbol && at > _start ? Step(node, at + 1, doubled) : null);
    }

    /// <summary>Takes the letters from <paramref name="at"/> on that can be read as one run of a letter.</summary>
    private FilterWord? StepAs(int code, int node, int at, bool doubled)
    {
        var run = 0;
        for (var end = at; end < _letters.Length; end++)
        {
            var letter = _letters[end];
            var isPart = letter.Is(code);
            if (!isPart && letter.Sort != LetterSort.Symbol) break;
            if (isPart) run++;
            if (isPart && CanStop(end + 1, code, run) &&
                Follow(code, run, node, end + 1, doubled) is { } word) return word;
        }
        return null;
    }

    /// <summary>
    /// Within a run of letters there is no place to stop, unless the next may be read as another letter.
    /// </summary>
    private readonly bool CanStop(int end, int code, int run) => end == _letters.Length || !_letters[end].Is(code) ||
        run <= StopsMax &&
        (_letters[end].Gap != LetterGap.None || _letters[end].Other != 0 || _letters[end].Sort == LetterSort.Symbol);

    private FilterWord? Follow(int code, int run, int node, int end, bool doubled)
    {
        for (var spelt = Math.Min(run, WordFilter.RunMax); spelt >= 1; spelt--)
        {
            var isDoubled = spelt < run && run < WordFilter.RunMax;
            if (isDoubled && _letters[end - 1].Sort == LetterSort.Ideographic) continue;
            if (!filter.TryStep(node, code, spelt, out var child)) continue;

            var twice = doubled || isDoubled;
            if (filter.At(child) is { } word && (word.IsLong || !twice) &&
                MatchShape.Counts(_letters, _start, end, word))
                return word;
            if (Step(child, end, twice) is { } longer) return longer;
        }
        return null;
    }
}
