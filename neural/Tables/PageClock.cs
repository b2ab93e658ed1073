namespace Engage.Neural;

/// <summary>
/// Numbers the views that are taken of several tables together, and knows up to which of them nobody reads any more:
/// pages that only those held are written again instead of becoming garbage. A snapshot every few milliseconds of
/// tables that change everywhere is otherwise hundreds of megabytes a second for the collector, whose pauses stop the
/// readers too. Belongs to the tables' writer; views are held and released by any thread.
/// </summary>
/// <remarks>Who never releases a view only makes the tables allocate as if there were no clock.</remarks>
public sealed class PageClock
{
    // So many views that nobody has released are somebody's to keep. Writing a large model holds one for seconds, while
    // twenty others a second come and go behind it: that must not be taken for it.
    private const int ViewsMax = 4_096;

    private readonly Queue<PageView> _views = new();

    /// <summary>Number of the newest view.</summary>
    internal long Now { get; private set; }

    /// <summary>No view up to this number is read any more; always below <see cref="Now"/>.</summary>
    internal long Gone { get; private set; }

    /// <summary>Views are kept: no page is ever free again.</summary>
    internal bool IsOff { get; private set; }

    /// <summary>Begins a view, held once. The tables are to be frozen or shared for it before they change.</summary>
    public PageView Begin()
    {
        while (_views.TryPeek(out var oldest) && !oldest.IsHeld)
            Gone = _views.Dequeue().Number;
        var view = new PageView(++Now);
        IsOff |= _views.Count == ViewsMax;
        if (IsOff)
            _views.Clear();
        else
            _views.Enqueue(view);
        return view;
    }

    /// <summary>Holds a view once more, unless everybody has released it.</summary>
    public bool TryHold(PageView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return view.TryHold(Gone);
    }
}

/// <summary>One moment of the tables of a <see cref="PageClock"/>, for as long as somebody holds it.</summary>
public sealed class PageView
{
    private int _holders = 1;

    internal PageView(long number) => Number = number;

    internal long Number { get; }

    internal bool IsHeld => Volatile.Read(ref _holders) > 0;

    /// <summary>For the tables' writer, who may come when nobody holds it any more.</summary>
    /// <returns>False if its pages may be in use again.</returns>
    internal bool TryHold(long gone)
    {
        var holders = Volatile.Read(ref _holders);
        while (Number > gone && holders > 0)
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
