using Engage.Contracts;
using Engage.Contracts.Activity;

namespace Engage.Storage.Tests;

public abstract class JournalReadTests : StorageSuite
{
    private protected JournalReadTests(StorageSite site) : base(site) { }

    [StorageTheory]
    [InlineData(1, 8)]
    [InlineData(7, 8)]
    [InlineData(8, 8)]
    [InlineData(1_000, 8)]
    [InlineData(7, 40)]
    public async Task PagesAcrossTableAndTailAreSeamless(int page, int tail)
    {
        var journal = Site.Open(options =>
        {
            options.PartitionCount = 1;
            options.TailEventsMax = tail;
        }).Journal;
        // First five at once, so that those which come later are more blocks for as many events.
        foreach (var steps in Enumerable.Range(1, 60).Chunk(5).Concat(Enumerable.Range(61, 40).Chunk(1)))
            await journal.AppendAsync([.. steps.Select(step => Events.Viewed($"user-{step % 5}", step))], default);

        var all = await journal.ReadAllAsync(0, page);

        Assert.Equal(Enumerable.Range(1, 100).Select(offset => (long)offset), all.Select(entry => entry.Offset));
        Assert.Equal(
            Enumerable.Range(1, 100).Select(step => Events.Viewed($"user-{step % 5}", step)),
            all.Select(entry => entry.Event));
    }

    /// <summary>The tail's memory is used again while somebody reads: what she reads must not change under her.
    /// </summary>
    [StorageFact]
    public async Task ReadersSeeWhatWasWrittenWhileTheTailGoesOn()
    {
        const int groups = 400, events = 5;
        var journal = Site.Open(options =>
        {
            options.PartitionCount = 1;
            options.TailEventsMax = 3 * events;
        }).Journal;
        var padding = new string('x', 300);

        var writing = Task.Run(async () =>
        {
            for (var group = 0; group < groups; group++)
                await journal.AppendAsync(
                    [
                        .. Enumerable.Range((group * events) + 1, events).Select(
                            step => Events.Viewed("ann", step) with { Session = $"{padding}{step}" }),
                    ],
                    default);
        });
        var reading = Enumerable.Range(1, 3).Select(reader => Task.Run(async () =>
        {
            for (var read = 0L; read < groups * events && !writing.IsFaulted;)
                foreach (var (offset, found) in await journal.ReadAsync(0, read, 2 * reader, default))
                {
                    Assert.Equal(++read, offset);
                    Assert.Equal($"{padding}{offset}", found.Session);
                }
        }));

        await Task.WhenAll([writing, .. reading]);
    }

    [StorageFact]
    public async Task ReadPastTheHeadIsEmpty()
    {
        var journal = Site.Open(options => options.PartitionCount = 1).Journal;
        await journal.AppendAsync([Events.Viewed("ann", 1)], default);

        Assert.Empty(await journal.ReadAsync(0, 1, 10, default));
        Assert.Empty(await journal.ReadAsync(0, 99, 10, default));
    }

    [StorageFact]
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
        using (var database = Site.Open())
        {
            var journal = database.Journal;
            partition = (await journal.AppendAsync([full], default))[0].Position.Partition;
            fromTail = (await journal.ReadAsync(partition, 0, 1, default))[0];
        }

        var fromTable = (await Site.Open().Journal.ReadAsync(partition, 0, 1, default))[0];

        Assert.Equal(fromTail.Event.Attributes, fromTable.Event.Attributes);
        Assert.Equal(fromTail.Event with { Attributes = null }, fromTable.Event with { Attributes = null });
        Assert.Equal(TimeSpan.Zero, fromTail.Event.OccurredAt.Offset);
        Assert.Equal(full.OccurredAt.ToUnixTimeMilliseconds(), fromTable.Event.OccurredAt.ToUnixTimeMilliseconds());
        Assert.Equal(full.Attributes, fromTail.Event.Attributes);
        Assert.Equal(
            full with { OccurredAt = fromTail.Event.OccurredAt, Attributes = null },
            fromTail.Event with { Attributes = null });
    }

    [StorageTheory]
    [InlineData(1)] // keys go to the table with the next event
    [InlineData(5)] // some are in the table, some are not
    [InlineData(1_000)] // none is in the table
    public async Task EventsOfOneUserAreReadInOrderWhereverTheirKeysAre(int eventKeysMax)
    {
        var journal = Site.Open(options =>
        {
            options.PartitionCount = 2;
            options.EventKeysMax = eventKeysMax;
        }).Journal;
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

    [StorageFact]
    public async Task UnknownPartitionIsRefused()
    {
        var journal = Site.Open(options => options.PartitionCount = 2).Journal;

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => journal.ReadAsync(2, 0, 1, default).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => journal.HeadAsync(-1, default).AsTask());
    }

    public sealed class OnSqlite() : JournalReadTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : JournalReadTests(new PostgresSite());
}
