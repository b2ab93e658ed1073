using Orleans.Runtime;

namespace Engage.Embedded.Runtime;

/// <summary>The activations of a class by key. Any thread reads and writes; reading takes no lock.</summary>
/// <remarks>
/// <para>
/// A hash table whose entries are the activations themselves, linked by <see cref="Activation.NextInTable"/>: of a
/// million idle grains each then needs 48 bytes less than in a dictionary. Changes are made under the lock of the
/// bucket, growth under all locks.
/// </para>
/// <para>
/// A reader may walk a chain that is being changed. Its walk then ends early, or goes on in another chain, where it
/// ends too, for chains have no rings at any moment. So it may miss what is there, but never finds what was not:
/// whoever finds nothing looks again under the lock.
/// </para>
/// </remarks>
internal sealed class ActivationTable
{
    private const int LockCount = 64;
    private const int BucketsMin = 64;

    /// <summary>
    /// Entries per bucket, in any of the parts that have a lock of their own, before the table grows.
    /// </summary>
    private const int LoadMax = 2;

    private readonly Lock[] _locks;
    private readonly int[] _counts = new int[LockCount];
    private Activation?[] _buckets = new Activation?[BucketsMin];

    public ActivationTable()
    {
        _locks = new Lock[LockCount];
        for (var i = 0; i < LockCount; i++)
            _locks[i] = new();
    }

    public Activation? Find(IdSpan key) =>
        Walk(Volatile.Read(ref _buckets), key, Hash(key)) ?? FindLocked(key);

    /// <summary>The activation of the key; made by <paramref name="make"/> if there is none, under the lock.</summary>
    public Activation GetOrAdd(IdSpan key, Func<IdSpan, Activation> make)
    {
        var hash = Hash(key);
        if (Walk(Volatile.Read(ref _buckets), key, hash) is { } seen)
            return seen;
        Activation made;
        Activation?[] crowded;
        lock (LockOf(hash))
        {
            if (Walk(_buckets, key, hash) is { } found)
                return found;
            made = make(key);
            Link(_buckets, made, hash);
            if (++_counts[hash % LockCount] <= LoadMax * _buckets.Length / LockCount)
                return made;
            crowded = _buckets;
        }

        Grow(crowded);
        return made;
    }

    public void Remove(Activation activation)
    {
        var hash = Hash(activation.Key);
        lock (LockOf(hash))
        {
            if (!TryReplaceLink(hash, activation, activation.NextInTable))
                return;
            _counts[hash % LockCount]--;
            activation.NextInTable = null;
        }
    }

    /// <summary>Puts <paramref name="next"/> in the place of an activation with the same key.</summary>
    public void Replace(Activation activation, Activation next)
    {
        var hash = Hash(activation.Key);
        lock (LockOf(hash))
        {
            next.NextInTable = activation.NextInTable;
            TryReplaceLink(hash, activation, next);
            activation.NextInTable = null;
        }
    }

    /// <summary>What is in the table at one moment.</summary>
    public List<Activation> ToList()
    {
        var all = new List<Activation>();
        UnderAllLocks(() =>
        {
            all.EnsureCapacity(_counts.Sum());
            foreach (var first in _buckets)
            {
                for (var activation = first; activation is not null; activation = activation.NextInTable)
                    all.Add(activation);
            }
        });
        return all;
    }

    private static uint Hash(IdSpan key) => (uint)key.GetHashCode();

    private static Activation? Walk(Activation?[] buckets, IdSpan key, uint hash)
    {
        var activation = Volatile.Read(ref buckets[hash % (uint)buckets.Length]);
        while (activation is not null && !activation.Key.Equals(key))
            activation = activation.NextInTable;
        return activation;
    }

    private static void Link(Activation?[] buckets, Activation activation, uint hash)
    {
        ref var bucket = ref buckets[hash % (uint)buckets.Length];
        activation.NextInTable = bucket;
        Volatile.Write(ref bucket, activation);
    }

    private Activation? FindLocked(IdSpan key)
    {
        var hash = Hash(key);
        lock (LockOf(hash))
            return Walk(_buckets, key, hash);
    }

    /// <summary>
    /// The number of buckets is a multiple of the number of locks, so a bucket has one lock for ever.
    /// </summary>
    private Lock LockOf(uint hash) => _locks[hash % LockCount];

    private bool TryReplaceLink(uint hash, Activation activation, Activation? by)
    {
        ref var first = ref _buckets[hash % (uint)_buckets.Length];
        if (ReferenceEquals(first, activation))
        {
            Volatile.Write(ref first, by);
            return true;
        }

        for (var before = first; before is not null; before = before.NextInTable)
        {
            if (!ReferenceEquals(before.NextInTable, activation))
                continue;
            before.NextInTable = by;
            return true;
        }

        return false;
    }

    private void Grow(Activation?[] crowded) => UnderAllLocks(() =>
    {
        if (!ReferenceEquals(_buckets, crowded))
            return;
        var buckets = new Activation?[2 * crowded.Length];
        foreach (var first in _buckets)
        {
            for (var activation = first; activation is not null;)
            {
                var next = activation.NextInTable;
                Link(buckets, activation, Hash(activation.Key));
                activation = next;
            }
        }

        Volatile.Write(ref _buckets, buckets);
    });

    private void UnderAllLocks(Action action)
    {
        var taken = 0;
        try
        {
            for (; taken < LockCount; taken++)
                _locks[taken].Enter();
            action();
        }
        finally
        {
            while (taken > 0)
                _locks[--taken].Exit();
        }
    }
}
