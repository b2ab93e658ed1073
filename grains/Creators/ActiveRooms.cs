using Engage.Contracts;
using Engage.Contracts.Creators;

namespace Engage.Grains.Creators;

/// <summary>A creator's rooms in which something goes on: they say so themselves, again and again.</summary>
internal sealed class ActiveRooms
{
    private readonly Dictionary<RoomId, DateTimeOffset> _heard = [];

    public void Hear(RoomId room, DateTimeOffset now)
    {
        _heard[room] = now;
        if (_heard.Count > CreatorBoard.RoomsMax) _heard.Remove(_heard.MinBy(heard => heard.Value).Key);
    }

    /// <summary>In order of id, so that they keep their places on a screen.</summary>
    public RoomId[] Current(DateTimeOffset now)
    {
        foreach (var (room, at) in _heard)
            if (at <= now - ICreatorBoardGrain.RoomLifetime)
                _heard.Remove(room);
        return [.. _heard.Keys.OrderBy(room => room.Value, StringComparer.Ordinal)];
    }
}
