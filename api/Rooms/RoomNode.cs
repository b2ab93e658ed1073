using Engage.Api.Actors;

namespace Engage.Api.Rooms;

/// <summary>What all rooms of this node share.</summary>
/// <param name="Id">New at each start: the rooms' memory of a node's submissions ends with it.</param>
/// <param name="Stopping">The server goes down.</param>
internal sealed record RoomNode(
    string Id,
    IGrainFactory Grains,
    RoomGatewayOptions Options,
    Failover Failover,
    TimeProvider Time,
    RoomMetrics Metrics,
    ILogger Logger,
    CancellationToken Stopping)
{
    private long _batch;

    /// <summary>
    /// Grows from submission to submission, whichever room: a room never sees a number again, even if this node left
    /// it in between.
    /// </summary>
    public long NextBatch() => Interlocked.Increment(ref _batch);

    /// <summary>The newest number that was given.</summary>
    public long LastBatch => Interlocked.Read(ref _batch);
}
