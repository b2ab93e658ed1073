using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Engage.Storage.Sqlite.Keys;

/// <summary>
/// Names one event: a hash of its user and the id the client gave it. It leads with the user, so that the keys of one
/// user are neighbours. Two users may share a hash: whoever finds a key compares the user, too.
/// </summary>
/// <param name="UserHash"><see cref="UserPartition.Hash"/>.</param>
/// <param name="High">First eight bytes of the event id, big-endian.</param>
/// <param name="Low">Last eight bytes of the event id, big-endian.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct EventKey(ulong UserHash, ulong High, ulong Low) : IComparable<EventKey>
{
    public const int Bytes = 24;

    public static EventKey Of(ulong userHash, Guid eventId)
    {
        Span<byte> bytes = stackalloc byte[16];
        eventId.TryWriteBytes(bytes, bigEndian: true, out _);
        return new(
            userHash,
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
    }

    public static EventKey Read(ReadOnlySpan<byte> from) => new(
        BinaryPrimitives.ReadUInt64BigEndian(from),
        BinaryPrimitives.ReadUInt64BigEndian(from[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(from[16..]));

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt64BigEndian(to, UserHash);
        BinaryPrimitives.WriteUInt64BigEndian(to[8..], High);
        BinaryPrimitives.WriteUInt64BigEndian(to[16..], Low);
    }

    public int CompareTo(EventKey other)
    {
        if (UserHash != other.UserHash) return UserHash < other.UserHash ? -1 : 1;
        if (High != other.High) return High < other.High ? -1 : 1;
        return Low.CompareTo(other.Low);
    }
}

/// <summary>A key and where its event stands in the user's partition.</summary>
internal readonly record struct KeyEntry(EventKey Key, long Offset) : IComparable<KeyEntry>
{
    public const int Bytes = EventKey.Bytes + 8;

    public static KeyEntry Read(ReadOnlySpan<byte> from) =>
        new(EventKey.Read(from), BinaryPrimitives.ReadInt64BigEndian(from[EventKey.Bytes..]));

    public void Write(Span<byte> to)
    {
        Key.Write(to);
        BinaryPrimitives.WriteInt64BigEndian(to[EventKey.Bytes..], Offset);
    }

    public int CompareTo(KeyEntry other)
    {
        var byKey = Key.CompareTo(other.Key);
        return byKey != 0 ? byKey : Offset.CompareTo(other.Offset);
    }
}
