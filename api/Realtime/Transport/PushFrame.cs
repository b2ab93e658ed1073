namespace Engage.Api.Realtime.Transport;

/// <summary>
/// Hub messages as one complete WebSocket frame: serialized and framed once, then shared by all who receive it.
/// Immutable.
/// </summary>
internal sealed class PushFrame
{
    private const byte RecordSeparator = 0x1e;
    private readonly byte[] _bytes;

    private PushFrame(byte[] bytes) => _bytes = bytes;

    /// <summary>Bytes on the wire, header included.</summary>
    public int Length => _bytes.Length;

    internal ReadOnlyMemory<byte> Bytes => _bytes;

    /// <param name="jsonWithoutSeparator">One message of the JSON hub protocol, for example an invocation.</param>
    public static PushFrame FromHubMessage(ReadOnlySpan<byte> jsonWithoutSeparator)
    {
        var frame = ForPayload(jsonWithoutSeparator.Length + 1, out var header);
        jsonWithoutSeparator.CopyTo(frame.AsSpan(header));
        frame[^1] = RecordSeparator;
        return new(frame);
    }

    /// <param name="messages">Messages of the JSON hub protocol, each ended by 0x1e; one frame carries all.</param>
    public static PushFrame FromHubMessages(ReadOnlySpan<byte> messages)
    {
        if (messages.Length == 0 || messages[^1] != RecordSeparator)
            throw new ArgumentException("Expected hub messages that each end with 0x1e.", nameof(messages));
        var frame = ForPayload(messages.Length, out var header);
        messages.CopyTo(frame.AsSpan(header));
        return new(frame);
    }

    private static byte[] ForPayload(int payloadBytes, out int header)
    {
        header = WebSocketFrame.HeaderBytes(payloadBytes);
        var frame = GC.AllocateUninitializedArray<byte>(header + payloadBytes);
        WebSocketFrame.WriteTextHeader(frame, payloadBytes);
        return frame;
    }
}
