using System.Text.Json;

namespace Engage.Grains.Rooms;

/// <summary>One subject of a room's state; <see cref="RoomState"/> is made of these.</summary>
internal abstract class RoomPart
{
    /// <summary>Moves on by one entry, whichever subject it is of.</summary>
    public abstract void Apply(RoomEntry entry);

    /// <summary>Whether something that everyone sees has changed since <see cref="Taken"/>.</summary>
    public virtual bool HasChanges => false;

    /// <summary>The same of what moderators see in addition.</summary>
    public virtual bool HasModeratorChanges => false;

    /// <summary>Writes members into an object that is open.</summary>
    /// <param name="json">What everyone sees.</param>
    /// <param name="all">For somebody who comes in; otherwise only what has changed.</param>
    public virtual void WriteTo(Utf8JsonWriter json, bool all)
    {
    }

    /// <summary>The same of what moderators see in addition.</summary>
    public virtual void WriteForModerators(Utf8JsonWriter json, bool all)
    {
    }

    /// <summary>What has changed was taken.</summary>
    public virtual void Taken()
    {
    }

    public abstract void Save(BinaryWriter writer);

    /// <summary>Into a part that is new.</summary>
    public abstract void Load(BinaryReader reader);
}
