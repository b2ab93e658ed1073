using System.Text.Json.Serialization;

namespace Engage.Grains.Activity;

/// <summary>
/// Numbers by a key of which there are few: counters by kind, offsets by partition. A key without a number has 0, and
/// 0 is not kept. Copying it does not copy all of it: whoever holds one in a field is the one to change it.
/// </summary>
/// <remarks>
/// There is one for each actor that ever had an event. The first pair lies in the actor's own state, so that the usual
/// one needs no object, and no collection finds an old state that refers to a new one; for the same reason there is
/// room for several others at once. They are looked through one by one. A dictionary of one pair is three objects with
/// 200 bytes.
/// </remarks>
[JsonConverter(typeof(SmallMapJson))]
public struct SmallMap<TKey> where TKey : unmanaged
{
    /// <summary>With the first pair as many as a journal has partitions by default.</summary>
    private const int OthersMin = 7;

    private Pair _first;
    private Pair[]? _others;

    /// <summary>Also false: all numbers are 0.</summary>
    public readonly bool HasAny => _first.Value != 0;

    public readonly long this[TKey key]
    {
        get
        {
            if (_first.Is(key)) return _first.Value;
            foreach (var pair in _others.AsSpan())
                if (pair.Is(key)) return pair.Value;
            return 0;
        }
    }

    /// <param name="value">Not 0.</param>
    public void Set(TKey key, long value)
    {
        ArgumentOutOfRangeException.ThrowIfZero(value);
        if (!HasAny || _first.Is(key))
        {
            _first = new(key, value);
            return;
        }
        var others = _others ?? [];
        var at = 0;
        while (at < others.Length && others[at].Value != 0 && !others[at].Is(key)) at++;
        if (at == others.Length)
        {
            Array.Resize(ref others, Math.Max(OthersMin, 2 * at));
            _others = others;
        }
        others[at] = new(key, value);
    }

    public readonly Dictionary<TKey, long> ToDictionary()
    {
        var all = new Dictionary<TKey, long>();
        foreach (var (key, value) in this) all.Add(key, value);
        return all;
    }

    public readonly Enumerator GetEnumerator() => new(_first, _others);

    /// <summary>In the order in which the keys came first.</summary>
    public struct Enumerator
    {
        private readonly Pair _first;
        private readonly Pair[]? _others;
        private int _next;

        internal Enumerator(Pair first, Pair[]? others) => (_first, _others) = (first, others);

        public KeyValuePair<TKey, long> Current { get; private set; }

        public bool MoveNext()
        {
            var at = _next++;
            var pair = at == 0 ? _first : at <= (_others?.Length ?? 0) ? _others![at - 1] : default;
            Current = new(pair.Key, pair.Value);
            return pair.Value != 0;
        }
    }

    internal readonly record struct Pair(TKey Key, long Value)
    {
        public bool Is(TKey key) => Value != 0 && EqualityComparer<TKey>.Default.Equals(Key, key);
    }
}
