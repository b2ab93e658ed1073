using System.Collections.Concurrent;
using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Storage;

namespace Engage.Api.Tests.Rooms;

/// <summary>The server's own log, and how often it was read.</summary>
internal sealed class CountingRoomLog(IRoomLog inner) : IRoomLog
{
    private readonly ConcurrentDictionary<RoomId, int> _reads = [];

    public int Reads(string room) => _reads.GetValueOrDefault(new(room));

    public ValueTask<DuplicateEntry[]> AppendAsync(
        RoomId room, IReadOnlyList<LoggedEntry> entries, CancellationToken cancellationToken) =>
        inner.AppendAsync(room, entries, cancellationToken);

    public ValueTask<LoggedEntry[]> ReadAsync(RoomId room, long after, int limit, CancellationToken cancellationToken)
    {
        _reads.AddOrUpdate(room, 1, static (_, reads) => reads + 1);
        return inner.ReadAsync(room, after, limit, cancellationToken);
    }

    public ValueTask<LoggedEntry[]> ReadBackAsync(
        RoomId room, long before, int limit, CancellationToken cancellationToken)
    {
        _reads.AddOrUpdate(room, 1, static (_, reads) => reads + 1);
        return inner.ReadBackAsync(room, before, limit, cancellationToken);
    }

    public ValueTask<long> HeadAsync(RoomId room, CancellationToken cancellationToken) =>
        inner.HeadAsync(room, cancellationToken);
}
