using Engage.Api.Realtime.Transport;
using Engage.Contracts;

namespace Engage.Api.Dashboards;

/// <summary>The connections that watch one dashboard.</summary>
internal sealed class DashboardWatchers
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Watcher> _watchers = [];

    /// <summary>Nobody is left and nobody can join any more.</summary>
    public bool IsClosed { get; private set; }

    /// <returns>False if it was closed before.</returns>
    public bool Join(UserId user, Outbox outbox)
    {
        lock (_gate)
        {
            if (!IsClosed) _watchers[outbox.ConnectionId] = new(user, outbox);
            return !IsClosed;
        }
    }

    public void Leave(string connectionId)
    {
        lock (_gate) _watchers.Remove(connectionId);
    }

    /// <returns>True from the moment on at which nobody was there.</returns>
    public bool CloseIfEmpty()
    {
        lock (_gate)
        {
            foreach (var (id, watcher) in _watchers)
                if (watcher.Outbox.IsClosed)
                    _watchers.Remove(id);
            return IsClosed |= _watchers.Count == 0;
        }
    }

    public UserId[] Users()
    {
        lock (_gate) return [.. _watchers.Values.Select(watcher => watcher.User).Distinct()];
    }

    public Outbox[] Remove(UserId user)
    {
        lock (_gate)
        {
            var gone = _watchers.Values.Where(watcher => watcher.User == user).ToArray();
            foreach (var watcher in gone) _watchers.Remove(watcher.Outbox.ConnectionId);
            return [.. gone.Select(watcher => watcher.Outbox)];
        }
    }

    /// <summary>
    /// Sends the newest seconds to those who saw the ones before, all that is kept to those who missed some. Who has no
    /// room is left out this time: the next push says all there is to know.
    /// </summary>
    /// <returns>True if somebody needs the whole picture the next time.</returns>
    public bool Send(PushFrame newest, PushFrame? whole)
    {
        lock (_gate)
        {
            var missing = false;
            foreach (var watcher in _watchers.Values)
            {
                var frame = watcher.Missed ? whole : newest;
                watcher.Missed = frame is null || watcher.Outbox.IsBehind || !watcher.Outbox.TrySend(frame);
                missing |= watcher.Missed;
            }
            return missing;
        }
    }

    private sealed class Watcher(UserId user, Outbox outbox)
    {
        public UserId User => user;
        public Outbox Outbox => outbox;
        public bool Missed { get; set; }
    }
}
