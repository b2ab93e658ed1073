using Engage.Contracts;
using Engage.Contracts.Rooms;
using Orleans.Storage;

namespace Engage.Storage;

/// <summary>What every room log asks of entries and says about them, whatever the database.</summary>
internal static class RoomLogEntries
{
    /// <exception cref="ArgumentException">Nothing to append, a gap, or a message id without an author.</exception>
    public static void Check(RoomId room, IReadOnlyList<LoggedEntry> entries)
    {
        ArgumentException.ThrowIfNullOrEmpty(room.Value);
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Count == 0)
            throw new ArgumentException($"Room '{room}': an append carries at least one entry.", nameof(entries));

        var first = entries[0].Seq;
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Seq != first + i)
                throw new ArgumentException(
                    $"Room '{room}': entry {i} has sequence number {entries[i].Seq}, expected {first + i}; "
                    + "an append has no gaps.", nameof(entries));
            if (entries[i] is { MessageId: not null, By: null })
                throw new ArgumentException(
                    $"Room '{room}': entry {entries[i].Seq} has a message id but no author; an id is its author's.",
                    nameof(entries));
        }
    }

    /// <param name="room">Whose log.</param>
    /// <param name="head">The newest entry that stands.</param>
    /// <param name="first">The first of those that were to be appended.</param>
    public static InconsistentStateException Stale(RoomId room, long head, long first) => new(
        $"Room '{room}': entry {first} was to be appended, but the log ends at {head}: another writer has appended, "
        + "and its entries stand. Read the log before appending again.", $"{head}", $"{first - 1}");

    /// <summary>Two entries of one append say they are the same message; the log cannot tell which is meant.</summary>
    public static ArgumentException Ambiguous(RoomId room, long first, long last) => new(
        $"Room '{room}': of the entries {first} to {last} two have the same author and message id; append one "
        + "of them.");

    public static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
