namespace Engage.Neural;

/// <summary>
/// A growing table of rows in fixed-size pages that one writer changes while readers hold frozen views of it. Freezing
/// copies the list of pages, not the pages; the first write to a page after that copies this page alone. So a snapshot
/// costs what changed since the last one, and a reader never sees a half-written row.
/// </summary>
/// <remarks>With a <see cref="PageClock"/> the copies go into pages and lists of pages that no view holds any more.
/// Rejected: a lock around the table (scoring would wait for training) and a full copy per snapshot (10,000 rows of 64
/// floats are 2.5 MB, thousands of times per second).</remarks>
public sealed class PagedTable<T>
{
    private readonly int _shift;
    private readonly PageClock? _clock;
    private readonly Retired<T[]> _retiredPages;
    private readonly FrozenCopies<T[]> _lists;
    private T[][] _pages = [];
    private bool[] _shared = [];

    // Number of the newest view when each page was made.
    private long[] _born = [];
    private PagedRows<T> _frozen;
    private bool _changed = true;

    /// <param name="width">Elements per row, at least 1.</param>
    /// <param name="pageShift">A page holds 2^pageShift rows. Small pages copy less per changed row, large ones make
    /// freezing cheaper.</param>
    /// <param name="clock">Numbers the views, where they are released; without one a replaced page is garbage.</param>
    public PagedTable(int width, int pageShift = 4, PageClock? clock = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(pageShift);
        (Width, _shift, _clock, _retiredPages, _lists) = (width, pageShift, clock, new(clock), new(clock));
    }

    /// <summary>Elements per row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Count { get; private set; }

    /// <summary>The rows as they are now; valid only until the next change, for the writer's own reading.</summary>
    public PagedRows<T> Live => new(_pages, _shift, Width, Count);

    /// <summary>Appends default rows until there are <paramref name="count"/>.</summary>
    public void GrowTo(int count)
    {
        if (count <= Count)
            return;
        var pages = ((count - 1) >> _shift) + 1;
        var had = _pages.Length;
        if (pages > had)
        {
            Array.Resize(ref _pages, pages);
            Array.Resize(ref _shared, pages);
            Array.Resize(ref _born, pages);
            for (var p = had; p < pages; p++)
                (_pages[p], _born[p]) = (NewPage(), _clock?.Now ?? 0);
        }

        Count = count;
        _changed = true;
    }

    /// <summary>A row for writing; copies its page first when a frozen view shares it.</summary>
    public Span<T> Writable(int row) =>
        WritablePage(row).Slice((row & ((1 << _shift) - 1)) * Width, Width);

    /// <summary>The page of a row for writing, all of it: for tables that lay a page out in their own way.</summary>
    public Span<T> WritablePage(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        var p = row >> _shift;
        if (_shared[p])
        {
            _pages[p] = Copy(_pages[p], _born[p]);
            (_shared[p], _born[p]) = (false, _clock?.Now ?? 0);
        }

        _changed = true;
        return _pages[p];
    }

    private T[] Copy(T[] page, long born)
    {
        if (!_retiredPages.TryTake(out var copy))
            copy = NewPage();
        page.CopyTo(copy, 0);
        // A page is free two views after it was replaced: twice the table waits at most, if all of it changes.
        _retiredPages.Add(page, born, 2 * _pages.Length);
        return copy;
    }

    private T[] NewPage() => new T[Width << _shift];

    /// <summary>A row for reading.</summary>
    public ReadOnlySpan<T> Row(int row) => Live[row];

    /// <summary>An immutable view of the rows as they are now; the same view as before when nothing changed.</summary>
    public PagedRows<T> Freeze()
    {
        if (!_changed)
            return _frozen;
        (_frozen, _changed) = (Share(_lists.Next(_pages)), false);
        return _frozen;
    }

    /// <summary>The same for somebody who lets go of it soon: the table does not keep the view.</summary>
    public PagedRows<T> Share() => Share((T[][])_pages.Clone());

    private PagedRows<T> Share(T[][] pages)
    {
        Array.Fill(_shared, true);
        return new(pages, _shift, Width, Count);
    }
}

/// <summary>Rows of a <see cref="PagedTable{T}"/> for reading.</summary>
public readonly struct PagedRows<T>
{
    private readonly T[][] _pages;
    private readonly int _shift;

    internal PagedRows(T[][] pages, int shift, int width, int count) =>
        (_pages, _shift, Width, Count) = (pages, shift, width, count);

    /// <summary>Elements per row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>The elements of one row.</summary>
    public ReadOnlySpan<T> this[int row] =>
        _pages[row >> _shift].AsSpan((row & ((1 << _shift) - 1)) * Width, Width);

    /// <summary>Starts to load a row (<see cref="CacheLines"/>); waits for nothing but the list of pages.</summary>
    public void Prefetch(int row) =>
        CacheLines.Prefetch(_pages[row >> _shift], (row & ((1 << _shift) - 1)) * Width, Width);

    /// <summary>The same for all rows of a page.</summary>
    public void PrefetchPage(int page) => CacheLines.Prefetch(_pages[page], 0, Width << _shift);

    /// <summary>The first element of one row, for tables of width 1.</summary>
    public ref readonly T At(int row) => ref _pages[row >> _shift][(row & ((1 << _shift) - 1)) * Width];

    /// <summary>Rows per page; row r is on page r / RowsPerPage.</summary>
    public int RowsPerPage => 1 << _shift;

    /// <summary>The rows of one page that are in use, contiguous: for kernels over many rows.</summary>
    public ReadOnlySpan<T> Page(int page) =>
        _pages[page].AsSpan(0, Math.Min(RowsPerPage, Count - (page << _shift)) * Width);

    /// <summary>All of a page, also what is not in use.</summary>
    public ReadOnlySpan<T> WholePage(int page) => _pages[page];

    /// <summary>All rows as one array [Count, Width], for saving.</summary>
    public T[] ToArray()
    {
        // Never shorter than the rows: too many of them are an error, not a wrapped length.
        var all = new T[checked(Count * Width)];
        for (var row = 0; row < Count; row++)
            this[row].CopyTo(all.AsSpan(row * Width));
        return all;
    }
}
