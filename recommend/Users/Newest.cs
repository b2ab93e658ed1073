using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engage.Recommend;

/// <summary>
/// The newest of what came one after another, oldest first; past a bound the oldest goes. A ring of values: for the
/// collector one old array, whatever comes and goes, where a list of objects has a new one each time and is moved
/// whole. Stored as a list is.
/// </summary>
[JsonConverter(typeof(NewestJson))]
[CollectionBuilder(typeof(Newest), nameof(Newest.Of))]
public sealed class Newest<T> : IReadOnlyList<T> where T : struct, IStoredValue
{
    private T[] _ring = [];
    private int _oldest;

    public int Count { get; private set; }

    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
            return _ring[Place(index)];
        }
    }

    /// <param name="item">What came.</param>
    /// <param name="max">How many are kept; at least 1.</param>
    public void Add(T item, int max = int.MaxValue)
    {
        for (; Count >= max; Count--)
        {
            _ring[_oldest] = default;
            _oldest = Place(1);
        }
        if (Count == _ring.Length) Grow(max);
        _ring[Place(Count++)] = item;
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int Place(int index) => (int)(((long)_oldest + index) % _ring.Length);

    private void Grow(int max)
    {
        var larger = new T[Math.Min(max, Math.Max(4, 2 * _ring.Length))];
        for (var i = 0; i < Count; i++)
            larger[i] = this[i];
        (_ring, _oldest) = (larger, 0);
    }
}

/// <summary>A value that writes itself into what is stored: the serializer would make an object of each
/// first.</summary>
public interface IStoredValue
{
    /// <summary>Writes the object that is read by its type's constructor; what is null may be left out.</summary>
    void WriteTo(Utf8JsonWriter writer, JsonSerializerOptions options);
}

public static class Newest
{
    public static Newest<T> Of<T>(ReadOnlySpan<T> items) where T : struct, IStoredValue
    {
        var newest = new Newest<T>();
        foreach (var item in items)
            newest.Add(item);
        return newest;
    }
}
