using System.Buffers;
using System.IO.Pipelines;

namespace Engage.Api.Realtime.Transport;

/// <summary>
/// What the hub writes: everything between two flushes leaves as one text frame. A flush completes when the outbox is
/// below its bound again, so that somebody who asks and never reads is answered no further. Written by one at a time,
/// as pipes are; <see cref="CancelPendingFlush"/> comes from anywhere.
/// </summary>
internal sealed class HubFrameWriter(Outbox outbox) : PipeWriter
{
    private const int BufferBytesMin = 512;
    private readonly Lock _canceling = new();
    private byte[]? _buffer;
    private int _end = WebSocketFrame.HeaderBytesMax;
    private TaskCompletionSource? _flushing;
    private bool _canceled;
    private volatile bool _completed;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _end - WebSocketFrame.HeaderBytesMax;

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, (_buffer?.Length ?? 0) - _end);
        _end += bytes;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        var needed = _end + Math.Max(1, sizeHint);
        if (_buffer is null)
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(needed, BufferBytesMin));
        else if (_buffer.Length < needed)
            Grow(needed);
        return _buffer.AsMemory(_end);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        SendWritten();
        return outbox.IsOverfull ? WaitAsync(cancellationToken) : new(Result(TakeCanceled()));
    }

    public override void CancelPendingFlush()
    {
        TaskCompletionSource? flushing;
        lock (_canceling)
        {
            _canceled = true;
            flushing = _flushing;
        }
        flushing?.TrySetResult();
    }

    /// <summary>
    /// What is not flushed is not sent. Somebody who broadcasts may be writing at this moment, so the buffer is left to
    /// him, not given back.
    /// </summary>
    public override void Complete(Exception? exception = null) => _completed = true;

    private async ValueTask<FlushResult> WaitAsync(CancellationToken cancellationToken)
    {
        var canceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_canceling)
        {
            if (_canceled) canceled.SetResult();
            _flushing = canceled;
        }
        try
        {
            await Task.WhenAny(outbox.WhenDrainedAsync(), canceled.Task).WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_canceling) _flushing = null;
        }
        return Result(TakeCanceled());
    }

    private void SendWritten()
    {
        if (_buffer is null || UnflushedBytes == 0) return;
        var payload = _end - WebSocketFrame.HeaderBytesMax;
        var start = WebSocketFrame.HeaderBytesMax - WebSocketFrame.HeaderBytes(payload);
        WebSocketFrame.WriteTextHeader(_buffer.AsSpan(start), payload);
        var (buffer, end) = (_buffer, _end);
        _buffer = null;
        _end = WebSocketFrame.HeaderBytesMax;
        outbox.Send(buffer.AsMemory(start..end), buffer);
    }

    private bool TakeCanceled()
    {
        lock (_canceling)
        {
            var canceled = _canceled;
            _canceled = false;
            return canceled;
        }
    }

    private FlushResult Result(bool canceled) => new(canceled, _completed || outbox.IsClosed);

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * _buffer!.Length));
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
