using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace Engage.Embedded.Isolation;

/// <summary>Copies of collections, element by element, with the comparer that they have.</summary>
internal static class CollectionCopies
{
    public static object List<T>(object value, CopyContext context)
    {
        var original = (List<T>)value;
        var copy = context.Remember(value, new List<T>(original.Count));
        foreach (var element in original)
            copy.Add(Of(element, context));
        return copy;
    }

    public static object HashSet<T>(object value, CopyContext context)
    {
        var original = (HashSet<T>)value;
        var copy = context.Remember(value, new HashSet<T>(original.Count, original.Comparer));
        foreach (var element in original)
            copy.Add(Of(element, context));
        return copy;
    }

    public static object SortedSet<T>(object value, CopyContext context)
    {
        var original = (SortedSet<T>)value;
        var copy = context.Remember(value, new SortedSet<T>(original.Comparer));
        foreach (var element in original)
            copy.Add(Of(element, context));
        return copy;
    }

    public static object Queue<T>(object value, CopyContext context)
    {
        var copy = context.Remember(value, new Queue<T>());
        foreach (var element in (Queue<T>)value)
            copy.Enqueue(Of(element, context));
        return copy;
    }

    public static object Stack<T>(object value, CopyContext context)
    {
        var copy = context.Remember(value, new Stack<T>());
        foreach (var element in ((Stack<T>)value).Reverse())
            copy.Push(Of(element, context));
        return copy;
    }

    public static object Dictionary<TKey, TValue>(object value, CopyContext context)
        where TKey : notnull
    {
        var original = (Dictionary<TKey, TValue>)value;
        var copy = context.Remember(value, new Dictionary<TKey, TValue>(original.Count, original.Comparer));
        foreach (var (key, element) in original)
            copy.Add(Of(key, context), Of(element, context));
        return copy;
    }

    public static object SortedDictionary<TKey, TValue>(object value, CopyContext context)
        where TKey : notnull
    {
        var original = (SortedDictionary<TKey, TValue>)value;
        var copy = context.Remember(value, new SortedDictionary<TKey, TValue>(original.Comparer));
        foreach (var (key, element) in original)
            copy.Add(Of(key, context), Of(element, context));
        return copy;
    }

    public static object ConcurrentDictionary<TKey, TValue>(object value, CopyContext context)
        where TKey : notnull
    {
        var original = (ConcurrentDictionary<TKey, TValue>)value;
        var copy = context.Remember(value, new ConcurrentDictionary<TKey, TValue>(original.Comparer));
        foreach (var (key, element) in original)
            copy[Of(key, context)] = Of(element, context);
        return copy;
    }

    public static object ReadOnlyCollection<T>(object value, CopyContext context) => context.Remember(
        value, new ReadOnlyCollection<T>([.. ((ReadOnlyCollection<T>)value).Select(element => Of(element, context))]));

    public static object ReadOnlyDictionary<TKey, TValue>(object value, CopyContext context)
        where TKey : notnull => context.Remember(value, new ReadOnlyDictionary<TKey, TValue>(
            ((ReadOnlyDictionary<TKey, TValue>)value).ToDictionary(
                pair => Of(pair.Key, context), pair => Of(pair.Value, context))));

    public static object ImmutableArray<T>(object value, CopyContext context)
    {
        var original = (ImmutableArray<T>)value;
        return original.IsDefault
            ? original
            : System.Collections.Immutable.ImmutableArray.CreateRange(original, element => Of(element, context));
    }

    public static object ImmutableList<T>(object value, CopyContext context) => context.Remember(
        value, ((ImmutableList<T>)value).ConvertAll(element => Of(element, context)));

    public static object ImmutableHashSet<T>(object value, CopyContext context)
    {
        var original = (ImmutableHashSet<T>)value;
        return context.Remember(value, original.Select(element => Of(element, context))
            .ToImmutableHashSet(original.KeyComparer));
    }

    public static object ImmutableDictionary<TKey, TValue>(object value, CopyContext context)
        where TKey : notnull
    {
        var original = (ImmutableDictionary<TKey, TValue>)value;
        return context.Remember(value, original.ToImmutableDictionary(
            pair => Of(pair.Key, context), pair => Of(pair.Value, context), original.KeyComparer));
    }

    public static object Pair<TKey, TValue>(object value, CopyContext context)
    {
        var (key, element) = (KeyValuePair<TKey, TValue>)value;
        return new KeyValuePair<TKey, TValue>(Of(key, context), Of(element, context));
    }

    private static T Of<T>(T element, CopyContext context) => (T)context.Copy(element)!;
}
