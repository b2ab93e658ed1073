namespace Engage.Grains.Rooms;

/// <summary>A room's state at one place of its log, stored so that not all of the log is read at each start.</summary>
public sealed class StoredRoom
{
    /// <summary>Of the last entry that is in the state; 0: nothing is stored.</summary>
    public long Seq { get; set; }

    /// <summary>Whether state and pulse are sealed with the room's key; false in rows from before.</summary>
    public bool Sealed { get; set; }

    /// <summary>Whatever <see cref="RoomState"/> makes of itself.</summary>
    public byte[] State { get; set; } = [];

    /// <summary>How many people the log counts as present.</summary>
    public int Present { get; set; }

    /// <summary>Whatever <see cref="RoomPulse"/> makes of itself, at the same place.</summary>
    public byte[] Pulse { get; set; } = [];
}
