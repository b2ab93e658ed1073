using System.Collections.Concurrent;
using System.Globalization;
using Engage.Embedded.Observers;
using Orleans;
using Orleans.Runtime;

namespace Engage.Embedded.Runtime;

/// <summary>The observers that have references.</summary>
internal sealed class ObserverDirectory(Silo silo) : IRequestRouter
{
    public static readonly GrainType ObserverType = GrainType.Create("sys.observer");

    private readonly ConcurrentDictionary<string, ObserverTarget> _targets = new();
    private long _lastId;

    public GrainId Add(IGrainObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        if (observer is GrainReference or IGrainBase)
            throw new ArgumentException(
                $"{observer.GetType()} is a grain or a reference: it can be called already. AsReference<T>() gives it "
                + "as an observer.",
                nameof(observer));
        var key = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        var id = GrainId.Create(ObserverType, key);
        _targets[key] = new(silo, id, observer);
        return id;
    }

    public void Remove(IGrainObserver reference)
    {
        var id = reference.GetGrainId();
        if (_targets.TryRemove(id.Key.ToString(), out var target))
            target.Delete();
    }

    /// <summary>The observer itself went away without being deleted.</summary>
    public void Forget(GrainId id) => _targets.TryRemove(id.Key.ToString(), out _);

    public IRequestTarget Route(IdSpan key) => _targets.TryGetValue(key.ToString(), out var target)
        ? target
        : new ObserverTarget(silo, new(ObserverType, key), null);
}
