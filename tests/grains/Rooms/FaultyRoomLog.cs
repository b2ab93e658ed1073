using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Storage;

namespace Engage.Grains.Tests.Rooms;

/// <summary>A real log whose appends can be held up, or made to fail before or after they are written.</summary>
internal sealed class FaultyRoomLog(IRoomLog inner) : IRoomLog
{
    private TaskCompletionSource _open = Opened();
    private int _appends;

    /// <summary>Throws instead of appending.</summary>
    public Func<Exception?> FailsBefore { get; set; } = () => null;

    /// <summary>Throws after what was to be appended is durable: the answer gets lost.</summary>
    public Func<Exception?> FailsAfter { get; set; } = () => null;

    /// <summary>Appends that began.</summary>
    public int Appends => Volatile.Read(ref _appends);

    /// <summary>What reads cost.</summary>
    public int Reads { get; private set; }

    /// <summary>Never more than so many entries at once, whatever is asked for.</summary>
    public int PageMax { get; set; } = int.MaxValue;

    public void Hold()
    {
        if (_open.Task.IsCompleted) _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Release() => _open.TrySetResult();

    public async ValueTask<DuplicateEntry[]> AppendAsync(
        RoomId room, IReadOnlyList<LoggedEntry> entries, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _appends);
        await _open.Task;
        if (FailsBefore() is { } before) throw before;
        var duplicates = await inner.AppendAsync(room, entries, cancellationToken);
        return FailsAfter() is { } after ? throw after : duplicates;
    }

    public ValueTask<LoggedEntry[]> ReadAsync(RoomId room, long after, int limit, CancellationToken cancellationToken)
    {
        Reads++;
        return inner.ReadAsync(room, after, Math.Min(limit, PageMax), cancellationToken);
    }

    public ValueTask<LoggedEntry[]> ReadBackAsync(
        RoomId room, long before, int limit, CancellationToken cancellationToken)
    {
        Reads++;
        return inner.ReadBackAsync(room, before, Math.Min(limit, PageMax), cancellationToken);
    }

    public ValueTask<long> HeadAsync(RoomId room, CancellationToken cancellationToken) =>
        inner.HeadAsync(room, cancellationToken);

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }
}
