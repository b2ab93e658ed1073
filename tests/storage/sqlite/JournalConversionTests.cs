using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Storage.Sqlite;

namespace Engage.Storage.Tests;

/// <summary>A journal of before, one row per event, is opened by this version.</summary>
public sealed class JournalConversionTests : IDisposable
{
    private const int LastOfBefore = 4, Partitions = 3, Users = 7, PerUser = 40;

    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EveryEventKeepsItsPlaceAndItsContent()
    {
        var before = WriteBefore();

        using var database = Open();
        var journal = new SqliteActivityJournal(database);

        foreach (var partition in before)
            Assert.Equal(partition, (await journal.ReadAllAsync(partition.Key, page: 17)).Select(entry => entry.Event));
        Assert.Equal(0, _folder.Query("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'activity_event%'"));
    }

    [Fact]
    public async Task RetriesOfOldEventsAreFoundAndNewOnesGoOn()
    {
        var before = WriteBefore();
        using var database = Open();
        var journal = new SqliteActivityJournal(database);

        foreach (var partition in before)
        {
            var old = partition.ToArray();
            var added = old[^1] with { EventId = Guid.Parse("11111111-2222-3333-4444-555555555555") };
            var receipts = await journal.AppendAsync([.. old, added], default);

            Assert.Equal(Enumerable.Range(1, old.Length + 1), receipts.Select(receipt => (int)receipt.Position.Offset));
            Assert.All(receipts[..^1], receipt => Assert.True(receipt.Duplicate));
            Assert.False(receipts[^1].Duplicate);
        }
    }

    [Fact]
    public async Task EventsOfOneUserAreFound()
    {
        var before = WriteBefore();
        using var database = Open();

        foreach (var events in before.SelectMany(partition => partition).GroupBy(activity => activity.User))
            Assert.Equal(events, (await new SqliteActivityJournal(database).ReadUserAsync(events.Key, 0, 100, default))
                .Select(entry => entry.Event));
    }

    [Fact]
    public void EventThatCannotBeReadStopsTheConversionAndNothingIsChanged()
    {
        WriteBefore();
        _folder.Execute("""UPDATE activity_event SET body = '{' WHERE partition = 1 AND "offset" = 2""");

        var error = Assert.Throws<StorageException>(() => Open());

        Assert.Contains("Event 1:2 ", error.Message, StringComparison.Ordinal);
        Assert.Equal(Users * PerUser, _folder.Query("SELECT count(*) FROM activity_event"));
        Assert.Equal(LastOfBefore, _folder.Query("SELECT count(*) FROM schema_migration"));
    }

    [Fact]
    public void MissingEventStopsTheConversion()
    {
        WriteBefore();
        _folder.Execute("""DELETE FROM activity_event WHERE partition = 1 AND "offset" = 2""");

        var error = Assert.Throws<StorageException>(() => Open());

        Assert.Contains("offset 3 where 2 is expected", error.Message, StringComparison.Ordinal);
    }

    private SqliteDatabase Open() => _folder.Open(options => options.PartitionCount = Partitions);

    /// <returns>By partition, in order.</returns>
    private List<IGrouping<int, ActivityEvent>> WriteBefore()
    {
        using var session = SqliteSession.OpenWriter(_folder.File);
        Migrations.Apply(session, [.. Migration.Embedded("Sqlite").Take(LastOfBefore)], DateTimeOffset.UnixEpoch);
        session.Execute($"INSERT INTO storage_setting VALUES ('partition_count', '{Partitions}')");
        var events = Enumerable.Range(0, Users * PerUser)
            .Select(step => Events.Viewed($"user-{step % Users}", step) with { Session = $"会话 {step}" })
            .ToArray();
        var offsets = new long[Partitions];
        session.Begin();
        foreach (var encoded in EncodedEvent.Encode(events, Partitions))
            Insert(session, encoded, ++offsets[encoded.Partition]);
        session.Commit();
        return [.. events.GroupBy(activity => UserPartition.Of(activity.User, Partitions))];
    }

    private static void Insert(SqliteSession session, EncodedEvent encoded, long offset)
    {
        var activity = encoded.Event;
        var user = int.Parse(activity.User.Value["user-".Length..], System.Globalization.CultureInfo.InvariantCulture);
        session.Prepare("INSERT INTO journal_user VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
            .Bind(1, user).Bind(2, activity.User.Value).Bind(3, encoded.Partition).Run();
        session.Prepare("INSERT INTO activity_event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
            .Bind(1, encoded.Partition).Bind(2, offset).Bind(3, user).Bind(4, (long)activity.Kind)
            .Bind(5, activity.OccurredAt.ToUnixTimeMilliseconds())
            .Bind(6, activity.EventId.ToByteArray(bigEndian: true).AsSpan()).Bind(7, encoded.Body.Span).Run();
    }
}
