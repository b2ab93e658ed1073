using Engage.Contracts;

namespace Engage.Storage.Privacy;

/// <summary>Who has a key besides people.</summary>
public static class KeyOwners
{
    /// <summary>For what a room's people have made together. No user id has a slash.</summary>
    public static UserId Of(RoomId room) => new($"room/{room}");
}
