using System.Diagnostics.CodeAnalysis;

namespace Engage.Neural;

/// <summary>
/// Copies that a table has replaced while a view may still read them, kept until none does and then written again
/// (<see cref="PageClock"/>). A replaced copy is old and what replaces it lives as long, which is what a generational
/// collector is worst at: it moves each new one twice, with all readers stopped. Belongs to the tables' writer.
/// </summary>
/// <param name="clock">Numbers the views; without one everything that is replaced is garbage.</param>
public sealed class Retired<T>(PageClock? clock)
{
    private readonly Queue<Entry> _waiting = new();

    // What a view that is held for long reads, as one that is being saved: the others do not wait behind it.
    private readonly Queue<Entry> _aside = new();

    /// <summary>Copies that wait.</summary>
    public int Count => _waiting.Count + _aside.Count;

    /// <summary>Keeps what was just replaced. What waits longer than <paramref name="most"/> others is
    /// garbage.</summary>
    /// <param name="born">Number of the newest view when the copy was made, -1 when nobody knows: no view up to it
    /// reads the copy.</param>
    public void Add(T copy, long born, int most)
    {
        if (clock is null || clock.IsOff)
        {
            _waiting.Clear();
            _aside.Clear();
            return;
        }

        while (Count >= Math.Max(1, most))
            _ = _aside.Count > 0 ? _aside.Dequeue() : _waiting.Dequeue();
        _waiting.Enqueue(new(copy, born, clock.Now));
    }

    /// <summary>One that no view reads any more; of those, about the one that was replaced first.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T copy)
    {
        if (clock is not null && (TryTake(_aside, clock, out copy) || TryTake(_waiting, clock, out copy)))
            return true;
        // Who still reads what was replaced two views ago may do so for long.
        for (; clock is not null && _waiting.TryPeek(out var oldest) && oldest.Died < clock.Now - 1;
            _aside.Enqueue(_waiting.Dequeue()))
            if (TryTake(_waiting, clock, out copy))
                return true;
        copy = default;
        return false;
    }

    private static bool TryTake(Queue<Entry> from, PageClock clock, [MaybeNullWhen(false)] out T copy)
    {
        if (from.TryPeek(out var oldest) && clock.IsFree(oldest.Born, oldest.Died))
        {
            copy = from.Dequeue().Copy;
            return true;
        }

        copy = default;
        return false;
    }

    private readonly record struct Entry(T Copy, long Born, long Died);
}
