using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Storage.Sqlite;

namespace Engage.Storage.Tests;

public sealed class JournalReadTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1_000)]
    public async Task PagesAcrossTableAndTailAreSeamless(int page)
    {
        var journal = new SqliteActivityJournal(_folder.Open(options =>
        {
            options.PartitionCount = 1;
            options.TailEventsMax = 8;
        }));
        for (var step = 1; step <= 100; step++)
            await journal.AppendAsync([Events.Viewed($"user-{step % 5}", step)], default);

        var all = await journal.ReadAllAsync(0, page);

        Assert.Equal(Enumerable.Range(1, 100).Select(offset => (long)offset), all.Select(entry => entry.Offset));
        Assert.Equal(
            Enumerable.Range(1, 100).Select(step => Events.Viewed($"user-{step % 5}", step)),
            all.Select(entry => entry.Event));
    }

    [Fact]
    public async Task ReadPastTheHeadIsEmpty()
    {
        var journal = new SqliteActivityJournal(_folder.Open(options => options.PartitionCount = 1));
        await journal.AppendAsync([Events.Viewed("ann", 1)], default);

        Assert.Empty(await journal.ReadAsync(0, 1, 10, default));
        Assert.Empty(await journal.ReadAsync(0, 99, 10, default));
    }

    [Fact]
    public async Task TailAndTableGiveTheSameEvent()
    {
        var full = new ActivityEvent
        {
            EventId = Guid.Parse("0190163d-8694-739b-aea5-966c26f8ad91"),
            User = new UserId("用户-1"),
            Kind = ActivityKind.Rated,
            Content = new ContentId("content-1"),
            Community = new CommunityId("community-1"),
            Creator = new CreatorId("creator-1"),
            Value = 4.5,
            OccurredAt = new DateTimeOffset(2026, 11, 22, 9, 30, 0, 123, TimeSpan.FromHours(8)).AddTicks(4567),
            Session = "session-1",
            Attributes = new Dictionary<string, string> { ["query"] = "机器学习 \"ML\"", ["surface"] = "home" },
        };
        var partition = 0;
        JournaledEvent fromTail;
        using (var database = _folder.Open())
        {
            var journal = new SqliteActivityJournal(database);
            partition = (await journal.AppendAsync([full], default))[0].Position.Partition;
            fromTail = (await journal.ReadAsync(partition, 0, 1, default))[0];
        }

        var fromTable = (await new SqliteActivityJournal(_folder.Open()).ReadAsync(partition, 0, 1, default))[0];

        Assert.Equal(fromTail.Event.Attributes, fromTable.Event.Attributes);
        Assert.Equal(fromTail.Event with { Attributes = null }, fromTable.Event with { Attributes = null });
        Assert.Equal(TimeSpan.Zero, fromTail.Event.OccurredAt.Offset);
        Assert.Equal(full.OccurredAt.ToUnixTimeMilliseconds(), fromTable.Event.OccurredAt.ToUnixTimeMilliseconds());
        Assert.Equal(full with { OccurredAt = fromTail.Event.OccurredAt }, fromTail.Event);
    }

    [Theory]
    [InlineData(1)] // keys go to the table with the next event
    [InlineData(5)] // some are in the table, some are not
    [InlineData(1_000)] // none is in the table
    public async Task EventsOfOneUserAreReadInOrderWhereverTheirKeysAre(int eventKeysMax)
    {
        var journal = new SqliteActivityJournal(_folder.Open(options =>
        {
            options.PartitionCount = 2;
            options.EventKeysMax = eventKeysMax;
        }));
        for (var step = 1; step <= 60; step++)
            await journal.AppendAsync([Events.Viewed($"user-{step % 3}", step)], default);

        var first = await journal.ReadUserAsync(new UserId("user-1"), 0, 15, default);
        var rest = await journal.ReadUserAsync(new UserId("user-1"), first[^1].Offset, 15, default);

        Assert.Equal(15, first.Length);
        Assert.Equal(
            Enumerable.Range(1, 60).Where(step => step % 3 == 1).Select(step => Events.Viewed("user-1", step)),
            first.Concat(rest).Select(entry => entry.Event));
        Assert.Empty(await journal.ReadUserAsync(new UserId("nobody"), 0, 15, default));
    }

    [Fact]
    public async Task DamagedEventIsNamedByPartitionAndOffset()
    {
        using (var database = _folder.Open(options => options.PartitionCount = 1))
        {
            var events = Enumerable.Range(1, 3).Select(step => Events.Viewed("ann", step)).ToArray();
            await new SqliteActivityJournal(database).AppendAsync(events, default);
        }
        _folder.Execute("UPDATE activity_event SET body = '{\"content\":' WHERE \"offset\" = 2");
        var journal = new SqliteActivityJournal(_folder.Open(options => options.PartitionCount = 1));

        var error = await Assert.ThrowsAsync<StorageException>(() => journal.ReadAsync(0, 0, 10, default).AsTask());

        Assert.Contains("Event 0:2 ", error.Message, StringComparison.Ordinal);
        Assert.Single(await journal.ReadAsync(0, 2, 10, default));
    }

    [Fact]
    public async Task UnknownFieldsOfALaterVersionAreIgnored()
    {
        using (var database = _folder.Open(options => options.PartitionCount = 1))
            await new SqliteActivityJournal(database).AppendAsync([Events.Viewed("ann", 1)], default);
        _folder.Execute("UPDATE activity_event SET body = '{\"content\":\"content-1\",\"mood\":{\"of\":[1]}}'");

        var journal = new SqliteActivityJournal(_folder.Open(options => options.PartitionCount = 1));
        var found = await journal.ReadAsync(0, 0, 1, default);

        Assert.Equal(Events.Viewed("ann", 1), found[0].Event);
    }

    [Fact]
    public async Task UnknownPartitionIsRefused()
    {
        var journal = new SqliteActivityJournal(_folder.Open(options => options.PartitionCount = 2));

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => journal.ReadAsync(2, 0, 1, default).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => journal.HeadAsync(-1, default).AsTask());
    }

    /// <summary>Values from an independent implementation: they are stored, so they may never change.</summary>
    [Theory]
    [InlineData("user-1", 4729620347622785477)]
    [InlineData("u-42", 907548349661129008)]
    [InlineData("196", 1637805203156358739)]
    public void PartitionHashNeverChanges(string user, ulong hash)
    {
        Assert.Equal(hash, UserPartition.Hash(user));
        Assert.Equal((int)(hash % 8), UserPartition.Of(new UserId(user), 8));
    }

    [Fact]
    public void UsersSpreadEvenlyOverPartitions()
    {
        var counts = Enumerable.Range(0, 8_000)
            .CountBy(n => UserPartition.Of(new UserId($"user-{n}"), 8))
            .ToDictionary();

        Assert.Equal(8, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 850, 1_150));
    }
}
