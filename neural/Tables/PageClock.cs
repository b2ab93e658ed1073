namespace Engage.Neural;

/// <summary>
/// Numbers the views that are taken of several tables together, and knows which of them somebody still reads: pages
/// that only others held are written again instead of becoming garbage. A snapshot every few milliseconds of tables
/// that change everywhere is otherwise hundreds of megabytes a second for the collector, whose pauses stop the readers
/// too. Belongs to the tables' writer; views are held and released by any thread.
/// </summary>
/// <remarks>Who never releases a view only makes the tables allocate as if there were no clock.</remarks>
public sealed class PageClock
{
    // So many views that nobody has released are somebody's to keep.
    private const int ViewsMax = 4_096;

    // Those that were held when the newest began, oldest first: the newest, the one before, perhaps one being saved.
    private readonly List<PageView> _held = [];

    /// <summary>Number of the newest view.</summary>
    public long Now { get; private set; }

    /// <summary>Views are kept: no page is ever free again.</summary>
    public bool IsOff { get; private set; }

    /// <summary>Begins a view, held once. The tables are to be frozen or shared for it before they change.</summary>
    public PageView Begin()
    {
        _held.RemoveAll(static view => view.IsGone = !view.IsHeld);
        var newest = new PageView(++Now);
        IsOff |= _held.Count == ViewsMax;
        if (IsOff)
            _held.Clear();
        else
            _held.Add(newest);
        return newest;
    }

    /// <summary>Whether nobody reads any of the views after <paramref name="born"/> up to <paramref name="died"/>. Of
    /// the newest view this is never said.</summary>
    /// <param name="born">Number of the newest view when what they show was made.</param>
    /// <param name="died">The same when it was replaced.</param>
    internal bool IsFree(long born, long died)
    {
        for (var i = _held.Count - 1; i >= 0 && _held[i].Number > born; i--)
            if (_held[i].Number <= died)
                return false;
        return !IsOff;
    }
}

/// <summary>One moment of the tables of a <see cref="PageClock"/>, for as long as somebody holds it.</summary>
public sealed class PageView
{
    private int _holders = 1;

    internal PageView(long number) => Number = number;

    internal long Number { get; }

    internal bool IsHeld => Volatile.Read(ref _holders) > 0;

    /// <summary>It was seen without a holder, and its pages may be in use again. The writer's alone.</summary>
    internal bool IsGone { get; set; }

    /// <summary>Holds it once more, unless everybody has released it. For the tables' writer alone.</summary>
    /// <returns>False if its pages may be in use again.</returns>
    public bool TryHold()
    {
        var holders = Volatile.Read(ref _holders);
        while (!IsGone && holders > 0)
        {
            var found = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (found == holders)
                return true;
            holders = found;
        }

        return false;
    }

    /// <summary>For one more reader; only while another one holds it, or while it is what is published.</summary>
    public void Hold() => Interlocked.Increment(ref _holders);

    /// <summary>Once for each hold; after the last, what was frozen for it must not be read.</summary>
    public void Release() => Interlocked.Decrement(ref _holders);
}
