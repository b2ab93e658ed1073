using Engage.Contracts;
using Engage.Contracts.Activity;

namespace Engage.Storage;

/// <summary>
/// The append-only log of all that users did: the truth everything else is derived from. Events are partitioned by
/// user, so that one user's events keep their order; offsets start at 1 in each partition and have no gaps.
/// </summary>
public interface IActivityJournal
{
    /// <summary>Fixed when the journal is created; opening it with another count fails.</summary>
    int PartitionCount { get; }

    /// <summary>Stable across processes, machines and versions.</summary>
    int PartitionOf(UserId user);

    /// <summary>
    /// Completes when every event is durable. An event whose (user, event id) is already in the journal, or earlier in
    /// the same call, is not appended again: its receipt names the place of the first and says
    /// <see cref="AppendReceipt.Duplicate"/>.
    /// </summary>
    /// <returns>One receipt per event, in order.</returns>
    /// <exception cref="BusyException">The queue is full; nothing was appended.</exception>
    ValueTask<AppendReceipt[]> AppendAsync(IReadOnlyList<ActivityEvent> events, CancellationToken cancellationToken);

    /// <summary>
    /// Events with an offset above <paramref name="after"/>, in order, at most <paramref name="limit"/>.
    /// </summary>
    ValueTask<JournaledEvent[]> ReadAsync(int partition, long after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// One user's events with an offset above <paramref name="after"/>, in order, at most <paramref name="limit"/>:
    /// what an export or an erasure goes through, page by page.
    /// </summary>
    ValueTask<JournaledEvent[]> ReadUserAsync(UserId user, long after, int limit, CancellationToken cancellationToken);

    /// <summary>The newest durable offset, 0 for an empty partition.</summary>
    ValueTask<long> HeadAsync(int partition, CancellationToken cancellationToken);
}

/// <summary>Where an event stands in the journal.</summary>
public readonly record struct AppendReceipt(JournalPosition Position, bool Duplicate);
