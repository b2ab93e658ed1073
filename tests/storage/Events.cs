using Engage.Contracts;
using Engage.Contracts.Activity;

namespace Engage.Storage.Tests;

internal static class Events
{
    /// <summary>The same arguments make the same event, ids included.</summary>
    public static ActivityEvent Viewed(string user, int step, string content = "content-1") => new()
    {
        EventId = new Guid(step, 1, 1, [1, 1, 1, 1, 1, 1, 1, 1]),
        User = new UserId(user),
        Kind = ActivityKind.Viewed,
        Content = new ContentId(content),
        OccurredAt = DateTimeOffset.UnixEpoch.AddDays(20_000).AddMilliseconds(step),
    };

    public static ActivityEvent[] Steps(int from, int count, string user = "ann") =>
        [.. Enumerable.Range(from, count).Select(step => Viewed(user, step))];

    public static async Task<List<JournaledEvent>> ReadAllAsync(
        this IActivityJournal journal, int partition, int page = 1_000)
    {
        var all = new List<JournaledEvent>();
        while (await journal.ReadAsync(partition, all.Count, page, default) is { Length: > 0 } events)
            all.AddRange(events); // no gaps: the count is the last offset
        return all;
    }
}

/// <summary>A grain's state.</summary>
public sealed class Counter
{
    public int Count { get; set; }
    public string? Note { get; set; }
}
