using System.Buffers.Binary;

namespace Engage.LoadGen.Load.Wire;

/// <summary>Writes frames as a client must: in one piece and masked (RFC 6455, 5.3).</summary>
internal static class ClientFrame
{
    /// <summary>Bytes that a frame of <paramref name="payloadLength"/> bytes takes.</summary>
    public static int LengthOf(int payloadLength) =>
        payloadLength + 4 + (payloadLength < 126 ? 2 : payloadLength <= ushort.MaxValue ? 4 : 10);

    /// <param name="destination">At least <see cref="LengthOf"/> bytes.</param>
    /// <param name="mask">Any number; it protects intermediaries, not secrets.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> destination, byte opcode, ReadOnlySpan<byte> payload, uint mask)
    {
        destination[0] = (byte)(0x80 | opcode);
        var length = 2;
        switch (payload.Length)
        {
            case < 126:
                destination[1] = (byte)(0x80 | payload.Length);
                break;
            case <= ushort.MaxValue:
                destination[1] = 0x80 | 126;
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payload.Length);
                length = 4;
                break;
            default:
                destination[1] = 0x80 | 127;
                BinaryPrimitives.WriteUInt64BigEndian(destination[2..], (ulong)payload.Length);
                length = 10;
                break;
        }

        BinaryPrimitives.WriteUInt32BigEndian(destination[length..], mask);
        length += 4;
        for (var i = 0; i < payload.Length; i++)
            destination[length + i] = (byte)(payload[i] ^ (mask >> (24 - (i % 4 * 8))));
        return length + payload.Length;
    }
}
