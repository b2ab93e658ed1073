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
    CancellationToken Stopping);
