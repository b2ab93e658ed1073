using System.Buffers.Binary;

namespace Engage.LoadGen.Load.Wire;

/// <summary>The kinds of WebSocket frames (RFC 6455, 5.2).</summary>
internal static class Opcode
{
    public const byte Continuation = 0x0;
    public const byte Text = 0x1;
    public const byte Binary = 0x2;
    public const byte Close = 0x8;
    public const byte Ping = 0x9;
    public const byte Pong = 0xA;

    /// <summary>Close, ping and pong: they come between the fragments of a message, and are never cut up.</summary>
    public static bool IsControl(byte opcode) => (opcode & 0x8) != 0;
}

/// <summary>The header of a frame from a server: never masked, no extension agreed upon.</summary>
/// <param name="Final">Whether it ends its message.</param>
/// <param name="Length">Bytes of the header itself: 2, 4 or 10.</param>
/// <param name="PayloadLength">Bytes that follow the header.</param>
internal readonly record struct FrameHeader(byte Opcode, bool Final, int Length, int PayloadLength)
{
    /// <summary>The longest header that a server sends.</summary>
    public const int LengthMax = 10;

    /// <summary>A frame beyond this is taken for nonsense: no server here sends more in one piece.</summary>
    public const int PayloadMax = 64 << 20;

    private const int ControlPayloadMax = 125;

    /// <returns>False when the header is not whole yet.</returns>
    /// <exception cref="InvalidDataException">No server that keeps RFC 6455 sends this.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < 2)
            return false;
        if ((bytes[0] & 0x70) != 0 || (bytes[1] & 0x80) != 0)
            throw new InvalidDataException(
                $"WebSocket frame {bytes[0]:x2} {bytes[1]:x2}: reserved bits or a mask are set; "
                + "no extension was agreed upon, and servers do not mask.");
        var (length, payload) = (2, (ulong)(bytes[1] & 0x7F));
        switch (payload)
        {
            case 126 when bytes.Length < 4:
            case 127 when bytes.Length < 10:
                return false;
            case 126:
                (length, payload) = (4, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
                break;
            case 127:
                (length, payload) = (10, BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]));
                break;
        }

        header = new((byte)(bytes[0] & 0x0F), (bytes[0] & 0x80) != 0, length, Checked(bytes[0], payload));
        return true;
    }

    private static int Checked(byte first, ulong payload)
    {
        if (Wire.Opcode.IsControl((byte)(first & 0x0F)) && (payload > ControlPayloadMax || (first & 0x80) == 0))
            throw new InvalidDataException(
                $"WebSocket control frame {first:x2} of {payload} bytes: expected one piece of at most "
                + $"{ControlPayloadMax} bytes.");
        if (payload > PayloadMax)
            throw new InvalidDataException($"WebSocket frame of {payload} bytes: expected at most {PayloadMax}.");
        return (int)payload;
    }
}
