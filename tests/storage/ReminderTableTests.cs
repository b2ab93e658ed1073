using Engage.Storage.Sqlite;
using Orleans;
using Orleans.Runtime;

namespace Engage.Storage.Tests;

public sealed class ReminderTableTests : IDisposable
{
    private static readonly GrainId Ann = GrainId.Create("room", "ann");
    private static readonly GrainId Bob = GrainId.Create("room", "bob/with-slash");

    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReminderSurvivesReopeningAsItWasWritten()
    {
        var written = Entry(Ann, "digest");
        using (var database = _folder.Open())
            written.ETag = await new SqliteReminderTable(database).UpsertRow(written);

        var read = await new SqliteReminderTable(_folder.Open()).ReadRow(Ann, "digest");

        Assert.Equal(Values(written), Values(read!));
        Assert.Equal(DateTimeKind.Utc, read!.StartAt.Kind);
    }

    [Fact]
    public async Task AbsentReminderReadsAsNull()
    {
        IReminderTable table = new SqliteReminderTable(_folder.Open());
        await table.StartAsync();
        await table.UpsertRow(Entry(Ann, "digest"));

        Assert.Null(await table.ReadRow(Ann, "other"));
        Assert.Null(await table.ReadRow(Bob, "digest"));
        Assert.Empty((await table.ReadRows(Bob)).Reminders);
    }

    [Fact]
    public async Task UpsertReplacesTheReminderWhateverItsETagAndGivesANewOne()
    {
        var table = new SqliteReminderTable(_folder.Open());
        var first = await table.UpsertRow(Entry(Ann, "digest"));
        var changed = Entry(Ann, "digest", minutes: 7);
        changed.ETag = "stale";

        var second = await table.UpsertRow(changed);
        var read = Assert.Single((await table.ReadRows(Ann)).Reminders);

        Assert.NotEqual(first, second);
        Assert.Equal((second, TimeSpan.FromMinutes(7)), (read.ETag, read.Period));
    }

    [Fact]
    public async Task OnlyTheMatchingETagRemoves()
    {
        var table = new SqliteReminderTable(_folder.Open());
        var stale = await table.UpsertRow(Entry(Ann, "digest"));
        var current = await table.UpsertRow(Entry(Ann, "digest"));

        Assert.False(await table.RemoveRow(Ann, "digest", stale!));
        Assert.False(await table.RemoveRow(Ann, "digest", "no version"));
        Assert.False(await table.RemoveRow(Bob, "digest", current!));
        Assert.NotNull(await table.ReadRow(Ann, "digest"));
        Assert.True(await table.RemoveRow(Ann, "digest", current!));
        Assert.Null(await table.ReadRow(Ann, "digest"));
        Assert.False(await table.RemoveRow(Ann, "digest", current!));
    }

    [Fact]
    public async Task ReminderRegisteredAnewNeverGetsAnEarlierETag()
    {
        var table = new SqliteReminderTable(_folder.Open());
        var first = await table.UpsertRow(Entry(Ann, "digest"));
        await table.RemoveRow(Ann, "digest", first!);

        var second = await table.UpsertRow(Entry(Ann, "digest"));

        Assert.NotEqual(first, second);
        Assert.False(await table.RemoveRow(Ann, "digest", first!));
    }

    [Fact]
    public async Task RangesOfTheRingGiveEveryReminderExactlyOnce()
    {
        var table = new SqliteReminderTable(_folder.Open());
        var grains = Enumerable.Range(0, 100).Select(n => GrainId.Create("room", $"room-{n}")).ToArray();
        foreach (var grain in grains) await table.UpsertRow(Entry(grain, "digest"));
        uint[] bounds = [.. grains.Select(grain => grain.GetUniformHashCode()).Order().Where((_, i) => i % 25 == 7)];

        var parts = new List<GrainId>[bounds.Length];
        for (var i = 0; i < bounds.Length; i++)
            parts[i] = await GrainsAsync(table, bounds[i], bounds[(i + 1) % bounds.Length]);
        var all = await GrainsAsync(table, 5, 5);

        Assert.Equal([25, 25, 25, 25], parts.Select(part => part.Count));
        Assert.Equal(grains.Order(), parts.SelectMany(part => part).Order());
        Assert.Equal(grains.Order(), all.Order());
        Assert.All(parts[0], grain => Assert.InRange(grain.GetUniformHashCode(), bounds[0] + 1, bounds[1]));
    }

    [Fact]
    public async Task ClearedTableIsEmpty()
    {
        var table = new SqliteReminderTable(_folder.Open());
        await table.UpsertRow(Entry(Ann, "digest"));

        await table.TestOnlyClearTable();

        Assert.Empty((await table.ReadRows(0, 0)).Reminders);
    }

    private static async Task<List<GrainId>> GrainsAsync(SqliteReminderTable table, uint begin, uint end) =>
        [.. (await table.ReadRows(begin, end)).Reminders.Select(entry => entry.GrainId)];

    private static ReminderEntry Entry(GrainId grain, string name, int minutes = 5) => new()
    {
        GrainId = grain,
        ReminderName = name,
        StartAt = new DateTime(2026, 11, 22, 9, 30, 0, DateTimeKind.Utc).AddTicks(1_234_567),
        Period = TimeSpan.FromMinutes(minutes),
    };

    private static (GrainId, string, DateTime, TimeSpan, string?) Values(ReminderEntry entry) =>
        (entry.GrainId, entry.ReminderName, entry.StartAt, entry.Period, entry.ETag);
}
