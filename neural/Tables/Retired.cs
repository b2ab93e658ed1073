using System.Diagnostics.CodeAnalysis;

namespace Engage.Neural;

/// <summary>
/// Copies that a table has replaced while a view may still read them, kept until none does and then written again
/// (<see cref="PageClock"/>). A replaced copy is old and what replaces it lives as long, which is what a generational
/// collector is worst at: it moves each new one twice, with all readers stopped. Belongs to the tables' writer.
/// </summary>
/// <param name="clock">Numbers the views; without one everything that is replaced is garbage.</param>
public sealed class Retired<T>(PageClock? clock) where T : class
{
    private readonly Queue<(T Copy, long LastView)> _waiting = new();

    /// <summary>Keeps what was just replaced. What waits longer than <paramref name="most"/> others, for a view that is
    /// held for long, is garbage.</summary>
    public void Add(T copy, int most)
    {
        if (clock is null || clock.IsOff)
        {
            _waiting.Clear();
            return;
        }

        while (_waiting.Count >= Math.Max(1, most))
            _waiting.Dequeue();
        _waiting.Enqueue((copy, clock.Now));
    }

    /// <summary>The one that was replaced first, unless a view may still read it.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T copy)
    {
        if (clock is not null && _waiting.TryPeek(out var oldest) && oldest.LastView <= clock.Gone)
        {
            copy = _waiting.Dequeue().Copy;
            return true;
        }

        copy = null;
        return false;
    }
}
