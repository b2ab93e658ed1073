using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Storage;

/// <summary>
/// What happened in each room, append-only: the truth that every room's state follows from. Each room's sequence starts
/// at 1 and has no gaps.
/// </summary>
public interface IRoomLog
{
    /// <summary>Completes when all entries are durable; either all are, or none.</summary>
    /// <param name="room">Its sequence is extended.</param>
    /// <param name="entries">At least one, consecutive in <see cref="LoggedEntry.Seq"/>.</param>
    /// <param name="cancellationToken">Gives up waiting for a place in the queue; once begun it is finished.</param>
    /// <returns>
    /// Empty when appended. Otherwise nothing was: the entries whose (author, message id) the room's log already has,
    /// with the place of the first.
    /// </returns>
    /// <exception cref="Orleans.Storage.InconsistentStateException">
    /// The first entry does not follow the newest: another writer has appended, its entries stand.
    /// </exception>
    /// <exception cref="BusyException">The queue is full; nothing was appended.</exception>
    ValueTask<DuplicateEntry[]> AppendAsync(
        RoomId room, IReadOnlyList<LoggedEntry> entries, CancellationToken cancellationToken);

    /// <summary>Entries above <paramref name="after"/>, in order, at most <paramref name="limit"/>.</summary>
    ValueTask<LoggedEntry[]> ReadAsync(RoomId room, long after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The newest entries below <paramref name="before"/>, in order, at most <paramref
    /// name="limit"/>.
    /// </summary>
    ValueTask<LoggedEntry[]> ReadBackAsync(RoomId room, long before, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// One author's entries above <paramref name="after"/>, in order, at most <paramref name="limit"/>: what an export
    /// or an erasure goes through. Looks at all of the room's entries.
    /// </summary>
    async ValueTask<LoggedEntry[]> ReadAuthorAsync(
        RoomId room, UserId author, long after, int limit, CancellationToken cancellationToken)
    {
        var found = new List<LoggedEntry>();
        while (found.Count < limit
            && await ReadAsync(room, after, 1_000, cancellationToken).ConfigureAwait(false) is [.., var last] page)
        {
            found.AddRange(page.Where(entry => entry.By == author).Take(limit - found.Count));
            after = last.Seq;
        }
        return [.. found];
    }

    /// <summary>The newest sequence number, 0 for an empty log.</summary>
    ValueTask<long> HeadAsync(RoomId room, CancellationToken cancellationToken);
}

/// <param name="Index">Of the entry in the call.</param>
/// <param name="Seq">Where the same author's entry with the same message id stands.</param>
public readonly record struct DuplicateEntry(int Index, long Seq);
