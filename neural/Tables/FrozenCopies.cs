namespace Engage.Neural;

/// <summary>Copies of an array that goes on changing, each what it was when a view was taken; those that no view reads
/// any more are written again.</summary>
/// <param name="clock">Numbers the views; without one each copy is a new array.</param>
public sealed class FrozenCopies<T>(PageClock? clock)
{
    // One is replaced a view: more of them wait only for views that are held for long.
    private const int WaitingMax = 4;

    private readonly Retired<T[]> _retired = new(clock);
    private T[]? _last;
    private long _lastBorn;

    /// <summary>A copy for the newest view; the one before is for earlier views alone.</summary>
    public T[] Next(ReadOnlySpan<T> values)
    {
        if (_last is not null)
            _retired.Add(_last, _lastBorn, WaitingMax);
        // The array has grown since those of another length were made.
        if (!_retired.TryTake(out var copy) || copy.Length != values.Length)
            copy = new T[values.Length];
        values.CopyTo(copy);
        // The newest view is the one it is for.
        _lastBorn = (clock?.Now ?? 0) - 1;
        return _last = copy;
    }
}
