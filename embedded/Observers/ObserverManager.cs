using System.Collections;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Utilities;

/// <summary>The observers of a grain, each known by its own reference.</summary>
public class ObserverManager<TObserver>(TimeSpan expiration, ILogger log)
    : ObserverManager<IAddressable, TObserver>(expiration, log);

/// <summary>
/// The observers of a grain by identity. One that has not subscribed again within the expiration, or whose notification
/// fails, is dropped. Belongs to one grain: used from its turns only.
/// </summary>
/// <remarks>
/// The dictionary is replaced on write while it is being enumerated, so a subscription that comes during an awaited
/// notification neither fails nor is missed by the next one.
/// </remarks>
public partial class ObserverManager<TIdentity, TObserver> : IEnumerable<TObserver>
    where TIdentity : notnull
{
    private readonly ILogger _log;
    private Dictionary<TIdentity, Entry> _observers = [];
    private Dictionary<TIdentity, Entry>? _enumerated;
    private int _enumerations;

    public ObserverManager(TimeSpan expiration, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(log);
        ExpirationDuration = expiration;
        _log = log;
        GetDateTime = static () => TimeProvider.System.GetUtcNow().UtcDateTime;
    }

    /// <summary>The clock, in UTC.</summary>
    public Func<DateTime> GetDateTime { get; set; }

    public TimeSpan ExpirationDuration { get; set; }

    public int Count => _observers.Count;

    public IReadOnlyDictionary<TIdentity, TObserver> Observers =>
        _observers.ToDictionary(pair => pair.Key, pair => pair.Value.Observer);

    public void Clear() => Writable().Clear();

    /// <summary>Adds the observer, or renews it.</summary>
    public void Subscribe(TIdentity id, TObserver observer) =>
        Writable()[id] = new(observer, GetDateTime());

    public void Unsubscribe(TIdentity id) => Writable().Remove(id);

    /// <summary>Notifies each observer in turn, awaiting each.</summary>
    public async Task Notify(Func<TObserver, Task> notification, Func<TObserver, bool>? predicate = null)
    {
        ArgumentNullException.ThrowIfNull(notification);
        var now = GetDateTime();
        List<TIdentity>? gone = null;
        var observers = BeginEnumeration();
        try
        {
            foreach (var (id, entry) in observers)
            {
                if (IsExpired(entry, now))
                    (gone ??= []).Add(id);
                else if (predicate?.Invoke(entry.Observer) is not false
                    && !await Succeeds(notification, id, entry.Observer))
                    (gone ??= []).Add(id);
            }
        }
        finally
        {
            EndEnumeration();
        }

        Remove(gone);
    }

    /// <summary>Notifies each observer in turn.</summary>
    public void Notify(Action<TObserver> notification, Func<TObserver, bool>? predicate = null)
    {
        ArgumentNullException.ThrowIfNull(notification);
        var now = GetDateTime();
        List<TIdentity>? gone = null;
        var observers = BeginEnumeration();
        try
        {
            foreach (var (id, entry) in observers)
            {
                if (IsExpired(entry, now))
                    (gone ??= []).Add(id);
                else if (predicate?.Invoke(entry.Observer) is not false && !Succeeds(notification, id, entry.Observer))
                    (gone ??= []).Add(id);
            }
        }
        finally
        {
            EndEnumeration();
        }

        Remove(gone);
    }

    public void ClearExpired()
    {
        var now = GetDateTime();
        Remove(_observers.Where(pair => IsExpired(pair.Value, now)).Select(pair => pair.Key).ToList());
    }

    public IEnumerator<TObserver> GetEnumerator()
    {
        var observers = BeginEnumeration();
        try
        {
            foreach (var entry in observers.Values)
                yield return entry.Observer;
        }
        finally
        {
            EndEnumeration();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private async Task<bool> Succeeds(Func<TObserver, Task> notification, TIdentity id, TObserver observer)
    {
        try
        {
            await notification(observer);
            return true;
        }
#pragma warning disable CA1031 // Whatever an observer throws, the grain drops it and serves the others.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogObserverFailed(_log, exception, id);
            return false;
        }
    }

    private bool Succeeds(Action<TObserver> notification, TIdentity id, TObserver observer)
    {
        try
        {
            notification(observer);
            return true;
        }
#pragma warning disable CA1031 // Whatever an observer throws, the grain drops it and serves the others.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogObserverFailed(_log, exception, id);
            return false;
        }
    }

    private bool IsExpired(Entry entry, DateTime now) => entry.LastSeen + ExpirationDuration < now;

    private void Remove(List<TIdentity>? gone)
    {
        if (gone is null or { Count: 0 })
            return;
        var observers = Writable();
        foreach (var id in gone)
            observers.Remove(id);
    }

    private Dictionary<TIdentity, Entry> BeginEnumeration()
    {
        _enumerations++;
        return _enumerated = _observers;
    }

    private void EndEnumeration()
    {
        if (--_enumerations == 0)
            _enumerated = null;
    }

    private Dictionary<TIdentity, Entry> Writable()
    {
        if (ReferenceEquals(_observers, _enumerated))
            _observers = new(_observers);
        return _observers;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Observer {Id} failed and is dropped.")]
    private static partial void LogObserverFailed(ILogger logger, Exception exception, TIdentity id);

    private readonly record struct Entry(TObserver Observer, DateTime LastSeen);
}
