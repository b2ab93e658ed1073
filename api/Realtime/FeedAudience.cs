using Engage.Contracts.Recommending;

namespace Engage.Api.Realtime;

/// <summary>The connections of one user that watch her feed, and the one feed that waits to be sent to them.</summary>
internal sealed class FeedAudience
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _limits = [];
    private Feed? _waiting;
    private bool _sending;

    public bool IsEmpty
    {
        get { lock (_lock) return _limits.Count == 0; }
    }

    public int LimitMax
    {
        get { lock (_lock) return _limits.Count == 0 ? FeedRequest.LimitDefault : _limits.Values.Max(); }
    }

    public void Join(string connectionId, int limit)
    {
        lock (_lock) _limits[connectionId] = limit;
    }

    public void Leave(string connectionId)
    {
        lock (_lock) _limits.Remove(connectionId);
    }

    /// <summary>Connections that want equally many items get the same frame.</summary>
    public (int Limit, string[] ConnectionIds)[] ByLimit()
    {
        lock (_lock)
            return [.. _limits
                .GroupBy(entry => entry.Value, entry => entry.Key)
                .Select(group => (group.Key, group.ToArray()))];
    }

    /// <returns>True if the caller must now send; false if a sender is at work and will take it next.</returns>
    public bool Offer(Feed feed)
    {
        lock (_lock)
        {
            _waiting = feed;
            return !_sending && (_sending = true);
        }
    }

    /// <returns>The newest feed, or null when there is none: the caller stops sending.</returns>
    public Feed? TakeNext()
    {
        lock (_lock)
        {
            (var next, _waiting) = (_waiting, null);
            _sending = next is not null;
            return next;
        }
    }

    public static Feed Cut(Feed feed, int limit) =>
        feed.Items.Length <= limit ? feed : feed with { Items = feed.Items[..limit] };
}
