namespace Engage.Recommend;

/// <summary>A list that hands out spans and never shrinks.</summary>
internal sealed class Rows<T>
{
    private T[] _values = [];

    public int Count { get; private set; }

    public Span<T> All => _values.AsSpan(0, Count);

    public void Clear() => Count = 0;

    /// <summary>Appends <paramref name="count"/> values, whatever they held before. Earlier spans may go
    /// stale.</summary>
    public Span<T> Extend(int count)
    {
        var from = Count;
        Count += count;
        if (_values.Length < Count)
            Array.Resize(ref _values, Math.Max(Count, 2 * _values.Length));
        return _values.AsSpan(from, count);
    }

    public void Add(T value) => Extend(1)[0] = value;
}
