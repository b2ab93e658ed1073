using System.Buffers.Binary;
using System.Text;

namespace Engage.Api.Realtime.Transport;

/// <summary>
/// Frames as a server sends them: whole messages, never masked (RFC 6455, section 5.2).
/// </summary>
internal static class WebSocketFrame
{
    public const int HeaderBytesMax = 10;

    private const byte FinalText = 0x81;
    private const byte FinalClose = 0x88;
    private const int ControlPayloadMax = 125;

    public static int HeaderBytes(int payloadBytes) => payloadBytes switch
    {
        <= ControlPayloadMax => 2,
        <= ushort.MaxValue => 4,
        _ => HeaderBytesMax,
    };

    /// <summary>Writes the header of a text frame to the start of <paramref name="frame"/>.</summary>
    public static void WriteTextHeader(Span<byte> frame, int payloadBytes)
    {
        frame[0] = FinalText;
        switch (HeaderBytes(payloadBytes))
        {
            case 2:
                frame[1] = (byte)payloadBytes;
                break;
            case 4:
                frame[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)payloadBytes);
                break;
            default:
                frame[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(frame[2..], (ulong)payloadBytes);
                break;
        }
    }

    /// <param name="reason">Cut to what a control frame holds: 123 bytes, at a character's end.</param>
    public static byte[] Close(int code, string reason)
    {
        Span<byte> text = stackalloc byte[ControlPayloadMax - 2];
        Encoding.UTF8.GetEncoder().Convert(reason, text, flush: false, out _, out var used, out _);
        var frame = new byte[2 + 2 + used];
        frame[0] = FinalClose;
        frame[1] = (byte)(2 + used);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)code);
        text[..used].CopyTo(frame.AsSpan(4));
        return frame;
    }

    public static bool IsClose(ReadOnlySpan<byte> frame) => frame.Length > 0 && frame[0] == FinalClose;
}
