using System.Numerics;

namespace Engage.Evaluation;

/// <summary>Picks an answer from the scores of all items.</summary>
internal static class BestItems
{
    /// <summary>
    /// The <paramref name="count"/> items of the highest scores above negative infinity, best first; of equal ones
    /// those that came earlier.
    /// </summary>
    /// <param name="scores">At least as long as <paramref name="items"/>.</param>
    public static string[] Of<TScore>(
        IReadOnlyList<string> items, ReadOnlySpan<TScore> scores, HashSet<int>? without, int count)
        where TScore : IFloatingPointIeee754<TScore>
    {
        var best = new PriorityQueue<int, (TScore Score, int Late)>(count + 1);
        var bar = TScore.NegativeInfinity;
        scores = scores[..items.Count];
        for (var i = Passing(scores, 0, bar); i < items.Count; i = Passing(scores, i + 1, bar))
        {
            // Of equal scores the earlier item stays, so the bar must be passed, not reached.
            if (scores[i] <= bar || (without is not null && without.Contains(i)))
                continue;
            best.Enqueue(i, (scores[i], -i));
            if (best.Count > count)
                best.Dequeue();
            if (best.Count == count && best.TryPeek(out _, out var worst))
                bar = worst.Score;
        }

        var list = new string[best.Count];
        for (var place = list.Length - 1; place >= 0; place--)
            list[place] = items[best.Dequeue()];
        return list;
    }

    /// <summary>Where the next score above the bar may be: most of a large catalogue lies below it, and is passed over
    /// many at once.</summary>
    private static int Passing<TScore>(ReadOnlySpan<TScore> scores, int from, TScore bar)
        where TScore : IFloatingPointIeee754<TScore>
    {
        var bars = new Vector<TScore>(bar);
        while (from <= scores.Length - Vector<TScore>.Count
            && !Vector.GreaterThanAny(new Vector<TScore>(scores[from..]), bars))
            from += Vector<TScore>.Count;
        return from;
    }
}
