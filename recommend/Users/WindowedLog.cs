namespace Engage.Recommend;

/// <summary>
/// A list that grows at its end and shrinks at its front, and whose windows are shared instead of copied: what a window
/// shows is never written again. One writer; windows may be read by anybody, for as long as they like.
/// </summary>
/// <remarks>An append that finds the array full copies what is left of it: a constant cost on average. A window keeps
/// the array it was taken from.</remarks>
internal sealed class WindowedLog<T>
{
    private const int CapacityMin = 8;

    private T[] _items = [];
    private int _start;
    private int _end;

    public int Count => _end - _start;

    public T this[int index] => _items[_start + index];

    public void Add(T item)
    {
        if (_end == _items.Length)
        {
            var longer = new T[Math.Max(CapacityMin, 2 * Count)];
            _items.AsSpan(_start, Count).CopyTo(longer);
            (_items, _start, _end) = (longer, 0, Count);
        }

        _items[_end++] = item;
    }

    public void DropFirst() => _start++;

    public ReadOnlyMemory<T> Window(int from, int length) => new(_items, _start + from, length);
}
