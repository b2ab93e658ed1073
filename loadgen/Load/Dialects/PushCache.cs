using System.Runtime.InteropServices;

namespace Engage.LoadGen.Load.Dialects;

/// <summary>
/// A room sends the same bytes to all who are in it. They are taken apart once; for every further receiver they are
/// only compared, byte by byte, at the speed of memory: what reaches each connection is still looked at in full.
/// </summary>
internal sealed class PushCache
{
    private const int Slots = 1 << 10;
    private const int Sampled = 256;

    private readonly (byte[] Bytes, Push Push)?[] _slots = new (byte[], Push)?[Slots];

    public Push? Find(ReadOnlySpan<byte> message) =>
        _slots[SlotOf(message)] is { } known && message.SequenceEqual(known.Bytes) ? known.Push : null;

    public void Add(ReadOnlySpan<byte> message, Push push) => _slots[SlotOf(message)] = (message.ToArray(), push);

    /// <summary>Pushes of one room differ in their first numbers: their beginning tells them apart.</summary>
    private static int SlotOf(ReadOnlySpan<byte> message)
    {
        unchecked
        {
            var hash = (ulong)message.Length;
            foreach (var word in MemoryMarshal.Cast<byte, ulong>(message[..Math.Min(message.Length, Sampled)]))
                hash = (hash ^ word) * 0x9E3779B97F4A7C15 + (hash >> 29);
            return (int)(hash >> 32) & (Slots - 1);
        }
    }
}
