using System.Buffers;

namespace Engage.LoadGen.Load.Wire;

/// <summary>Hears what comes over a WebSocket; the bytes are only lent for the call.</summary>
internal interface IMessageSink
{
    /// <summary>A whole message, put together from its fragments.</summary>
    void OnMessage(ReadOnlySpan<byte> message);

    /// <summary>A close, ping or pong frame.</summary>
    void OnControl(byte opcode, ReadOnlySpan<byte> payload);
}

/// <summary>
/// Cuts the bytes of one connection into messages. A frame that lies whole in what was read is handed on from there;
/// only what is cut at the end of a read is copied, and no more of the next read than completes it. Holds no memory
/// between messages.
/// </summary>
internal sealed class MessageStream(IMessageSink sink) : IDisposable
{
    /// <summary>A message beyond this is taken for nonsense, as a frame is.</summary>
    private const int MessageMax = FrameHeader.PayloadMax;

    private byte[] _cut = [];
    private int _cutLength;
    private byte[] _fragments = [];
    private int _fragmentsLength;
    private bool _inFragments;

    /// <exception cref="InvalidDataException">What came is no WebSocket traffic.</exception>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_cutLength > 0)
            {
                bytes = bytes[Complete(bytes)..];
                continue;
            }

            if (!FrameHeader.TryRead(bytes, out var header) || bytes.Length < header.Length + header.PayloadLength)
            {
                Keep(ref _cut, ref _cutLength, bytes);
                return;
            }

            Hand(header, bytes.Slice(header.Length, header.PayloadLength));
            bytes = bytes[(header.Length + header.PayloadLength)..];
        }
    }

    public void Dispose()
    {
        GiveBack(ref _cut, ref _cutLength);
        GiveBack(ref _fragments, ref _fragmentsLength);
    }

    /// <summary>Adds to the frame that was cut, and hands it on when it is whole.</summary>
    /// <returns>Bytes taken.</returns>
    private int Complete(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        FrameHeader header;
        while (!FrameHeader.TryRead(_cut.AsSpan(0, _cutLength), out header))
        {
            if (taken == bytes.Length)
                return taken;
            Keep(ref _cut, ref _cutLength, bytes.Slice(taken++, 1));
        }

        var missing = Math.Min(header.Length + header.PayloadLength - _cutLength, bytes.Length - taken);
        Keep(ref _cut, ref _cutLength, bytes.Slice(taken, missing), header.Length + header.PayloadLength);
        if (_cutLength == header.Length + header.PayloadLength)
        {
            Hand(header, _cut.AsSpan(header.Length, header.PayloadLength));
            GiveBack(ref _cut, ref _cutLength);
        }

        return taken + missing;
    }

    private void Hand(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (Opcode.IsControl(header.Opcode))
        {
            sink.OnControl(header.Opcode, payload);
            return;
        }

        if (_inFragments != (header.Opcode == Opcode.Continuation))
            throw new InvalidDataException(
                $"WebSocket frame with opcode {header.Opcode}: " + (_inFragments
                    ? "expected the continuation of the message that was begun."
                    : "it continues a message that was never begun."));
        if (header.Final && !_inFragments)
        {
            sink.OnMessage(payload);
            return;
        }

        if (_fragmentsLength + payload.Length > MessageMax)
            throw new InvalidDataException($"WebSocket message of more than {MessageMax} bytes.");
        _inFragments = !header.Final;
        Keep(ref _fragments, ref _fragmentsLength, payload);
        if (!header.Final)
            return;
        sink.OnMessage(_fragments.AsSpan(0, _fragmentsLength));
        GiveBack(ref _fragments, ref _fragmentsLength);
    }

    private static void Keep(ref byte[] kept, ref int length, ReadOnlySpan<byte> bytes, int expected = 0)
    {
        var needed = Math.Max(length + bytes.Length, expected);
        if (kept.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(needed);
            kept.AsSpan(0, length).CopyTo(larger);
            if (kept.Length > 0)
                ArrayPool<byte>.Shared.Return(kept);
            kept = larger;
        }

        bytes.CopyTo(kept.AsSpan(length));
        length += bytes.Length;
    }

    private static void GiveBack(ref byte[] kept, ref int length)
    {
        if (kept.Length > 0)
            ArrayPool<byte>.Shared.Return(kept);
        (kept, length) = ([], 0);
    }
}
