using Engage.Contracts;

namespace Engage.Api.Rooms;

/// <summary>
/// One loop per room that flushes while there is something to flush, on pool threads, at the pace that its own cost
/// allows.
/// </summary>
/// <param name="flush">Sends what waits.</param>
/// <param name="hasPending">Whether something waits.</param>
internal sealed partial class RoomFlusher(RoomId room, RoomNode node, Action flush, Func<bool> hasPending)
{
    private readonly FlushPacing _pacing = new(node.Options.FlushShare, node.Options.TickMax);
    private readonly long _start = node.Time.GetTimestamp();
    private TimeSpan _firstWaiting;
    private int _running;

    /// <summary>Something waits.</summary>
    public void Wake()
    {
        if (Volatile.Read(ref _running) != 0 || Interlocked.Exchange(ref _running, 1) != 0) return;
        _firstWaiting = Now;
        // Neither the thread nor the context of whoever wakes it.
        ThreadPool.UnsafeQueueUserWorkItem(static flusher => _ = flusher.RunAsync(), this, preferLocal: false);
    }

    private TimeSpan Now => node.Time.GetElapsedTime(_start);

    private async Task RunAsync()
    {
        while (true)
        {
            var wait = _pacing.Wait(Now, _firstWaiting);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, node.Time);

            var began = Now;
            Flush();
            var ended = Now;
            _pacing.Flushed(began, ended);
            _firstWaiting = ended;
            if (hasPending()) continue;

            Volatile.Write(ref _running, 0);
            // What came before the line above woke nobody.
            if (!hasPending() || Interlocked.Exchange(ref _running, 1) != 0) return;
        }
    }

    private void Flush()
    {
        try
        {
            flush();
        }
        // One frame that cannot be made must not silence the room; its readers are out of step and catch up.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFlushFailed(node.Logger, exception, room);
        }
    }

    [LoggerMessage(LogLevel.Error, "Room {Room}: a flush failed")]
    private static partial void LogFlushFailed(ILogger logger, Exception exception, RoomId room);
}
