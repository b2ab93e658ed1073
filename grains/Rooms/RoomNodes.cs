using Engage.Contracts.Rooms;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Rooms;

/// <summary>
/// The nodes whose people are in the room: where batches go, and what became of each one's last submission. A node that
/// does not renew in time is gone.
/// </summary>
internal sealed partial class RoomNodes(TimeProvider time, ILogger logger)
{
    /// <summary>More is a mistake of configuration, or somebody makes up names.</summary>
    public const int NodesMax = 1_024;

    private readonly Dictionary<string, RoomNode> _nodes = new(StringComparer.Ordinal);

    public int Count => _nodes.Count;

    /// <exception cref="InvalidOperationException">Too many nodes.</exception>
    public RoomNode Attach(string nodeId, IRoomObserver observer)
    {
        var node = Known(nodeId);
        node.Observer = observer;
        return node;
    }

    /// <summary>The node, made known where it is not; it lives from now on for another while.</summary>
    /// <exception cref="InvalidOperationException">Too many nodes.</exception>
    public RoomNode Known(string nodeId)
    {
        if (!_nodes.TryGetValue(nodeId, out var node))
        {
            if (_nodes.Count >= NodesMax)
                throw new InvalidOperationException(
                    $"Node '{nodeId}' is one more than the {NodesMax} that a room serves. Let fewer processes serve "
                    + "people, or divide them among clusters.");
            _nodes.Add(nodeId, node = new RoomNode(nodeId));
        }
        node.AliveUntil = time.GetUtcNow() + IRoomGrain.WatchLifetime;
        return node;
    }

    public bool Detach(string nodeId) => _nodes.Remove(nodeId);

    /// <summary>Those that did not renew; they are forgotten with it.</summary>
    public string[] TakeExpired()
    {
        var now = time.GetUtcNow();
        string[] gone = [.. _nodes.Values.Where(node => node.AliveUntil <= now).Select(node => node.Id)];
        foreach (var id in gone) _nodes.Remove(id);
        return gone;
    }

    public void Send(RoomBatch batch)
    {
        foreach (var node in _nodes.Values)
        {
            try
            {
                node.Observer?.OnBatch(batch);
            }
            // Whatever it was: the others must hear of it, and this node sees the gap and attaches again.
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                node.Observer = null;
                LogNodeLost(exception, node.Id, batch.Room.Value);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Node {Node} could not be sent a batch of room {Room}; it must attach again")]
    private partial void LogNodeLost(Exception exception, string node, string room);
}

internal sealed class RoomNode(string id)
{
    public string Id => id;

    /// <summary>Null until it attaches.</summary>
    public IRoomObserver? Observer { get; set; }

    public DateTimeOffset AliveUntil { get; set; }

    /// <summary>The number of the last submission that was taken.</summary>
    public long LastBatch { get; set; }

    /// <summary>What became of it; the same for whoever asks again.</summary>
    public Task<RoomOutcome[]>? LastOutcome { get; set; }
}
