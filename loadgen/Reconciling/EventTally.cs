namespace Engage.LoadGen.Reconciling;

/// <summary>How many events of each kind each actor must have, or has, counted. Safe for concurrent use.</summary>
public sealed class EventTally
{
    private readonly Dictionary<(Actor Actor, string Kind), long> _counts = [];
    private readonly Lock _lock = new();

    /// <summary>Adds <paramref name="count"/> events of <paramref name="kind"/>; may be negative.</summary>
    public void Add(Actor actor, string kind, long count = 1)
    {
        lock (_lock)
            _counts[(actor, kind)] = _counts.GetValueOrDefault((actor, kind)) + count;
    }

    /// <summary>Events of <paramref name="kind"/> of <paramref name="actor"/>.</summary>
    public long this[Actor actor, string kind]
    {
        get
        {
            lock (_lock)
                return _counts.GetValueOrDefault((actor, kind));
        }
    }

    /// <summary>All actors that were added.</summary>
    public IReadOnlyCollection<Actor> Actors()
    {
        lock (_lock)
            return _counts.Keys.Select(key => key.Actor).ToHashSet();
    }

    /// <summary>Everything counted so far.</summary>
    public IReadOnlyDictionary<(Actor Actor, string Kind), long> Counts()
    {
        lock (_lock)
            return new Dictionary<(Actor, string), long>(_counts);
    }
}
