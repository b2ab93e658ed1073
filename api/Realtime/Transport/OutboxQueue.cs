using System.Buffers;

namespace Engage.Api.Realtime.Transport;

/// <param name="Bytes">What is left of a frame.</param>
/// <param name="Pooled">The array to give back when it is sent; null for a shared frame.</param>
internal readonly record struct Outgoing(ReadOnlyMemory<byte> Bytes, byte[]? Pooled)
{
    public void Release()
    {
        if (Pooled is not null) ArrayPool<byte>.Shared.Return(Pooled);
    }
}

/// <summary>
/// Frames that wait for one client, and how many bytes they are. Not thread-safe but for reading <see cref="Bytes"/>.
/// Takes no memory while nothing waits.
/// </summary>
internal sealed class OutboxQueue
{
    /// <summary>
    /// Small frames leave together: a socket write costs tens of microseconds whatever is in it.
    /// </summary>
    private const int BlockBytes = 16 * 1024;

    private Queue<Outgoing>? _frames;
    private long _bytes;
    private int _taken;

    /// <summary>Including those taken but not yet sent.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public void Add(Outgoing frame)
    {
        (_frames ??= new()).Enqueue(frame);
        Volatile.Write(ref _bytes, _bytes + frame.Bytes.Length);
    }

    /// <summary>What was taken before is sent. Takes the next, several frames in one if they are small.</summary>
    public bool TryTake(out Outgoing next)
    {
        Volatile.Write(ref _bytes, _bytes - _taken);
        _taken = 0;
        if (_frames is null || _frames.Count == 0)
        {
            _frames = null;
            next = default;
            return false;
        }
        next = _frames.Count > 1 && _frames.Peek().Bytes.Length < BlockBytes ? Gather(_frames) : _frames.Dequeue();
        _taken = next.Bytes.Length;
        return true;
    }

    public void Clear()
    {
        while (_frames is { Count: > 0 }) _frames.Dequeue().Release();
        _frames = null;
        _taken = 0;
        Volatile.Write(ref _bytes, 0);
    }

    private static Outgoing Gather(Queue<Outgoing> frames)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        var used = 0;
        while (frames.TryPeek(out var frame) && used + frame.Bytes.Length <= BlockBytes)
        {
            frame.Bytes.CopyTo(block.AsMemory(used));
            used += frame.Bytes.Length;
            frame.Release();
            frames.Dequeue();
        }
        return new(block.AsMemory(0, used), block);
    }
}
