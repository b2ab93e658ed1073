using System.Text;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Storage.Tests;

/// <summary>Entries as a room makes them.</summary>
internal static class RoomEntries
{
    public static readonly RoomId Here = new("r-1");

    private static readonly DateTimeOffset Start = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    public static LoggedEntry Said(long seq, string user, Guid? id = null) => new(
        seq, Start.AddMilliseconds(seq), RoomEntryKind.Said, RoomAudience.Everyone, new UserId(user),
        id ?? Guid.NewGuid(), Encoding.UTF8.GetBytes($$"""{"seq":{{seq}},"text":"你好 {{user}}"}"""));

    /// <summary>The platform's own, without author and id.</summary>
    public static LoggedEntry Presence(long seq) => new(
        seq, Start.AddMilliseconds(seq), RoomEntryKind.PresenceChanged, RoomAudience.Nobody, null, null,
        "{}"u8.ToArray());

    public static LoggedEntry[] Said(long first, int count, string user) =>
        [.. Enumerable.Range(0, count).Select(i => Said(first + i, user))];

    public static async Task<List<LoggedEntry>> ReadAllAsync(this IRoomLog log, RoomId room)
    {
        var all = new List<LoggedEntry>();
        while (true)
        {
            var page = await log.ReadAsync(room, all.Count, 100, default);
            all.AddRange(page);
            if (page.Length == 0) return all;
        }
    }

    /// <summary>Records compare their arrays by reference.</summary>
    public static void AssertSame(IEnumerable<LoggedEntry> expected, IEnumerable<LoggedEntry> actual) =>
        Assert.Equal(expected.Select(Text), actual.Select(Text));

    private static string Text(LoggedEntry entry) =>
        $"{entry.Seq} {entry.At:O} {entry.Kind} {entry.Audience} {entry.By} {entry.MessageId} "
        + Encoding.UTF8.GetString(entry.Json);
}
