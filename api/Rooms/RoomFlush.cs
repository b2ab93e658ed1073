using Engage.Api.Realtime.Transport;

namespace Engage.Api.Rooms;

/// <summary>What one flush sends. No frame: there is nothing in it for them.</summary>
/// <param name="Number">Grows by one with each flush of the room.</param>
/// <param name="To">The log's place after it.</param>
/// <param name="Entries">How many entries it holds.</param>
internal readonly record struct RoomFlush(
    long Number, long To, int Entries, PushFrame? Everyone, PushFrame? Moderators);
