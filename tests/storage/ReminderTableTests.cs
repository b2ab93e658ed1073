using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Engage.Storage.Tests;

public abstract class ReminderTableTests : StorageSuite
{
    private static readonly GrainId Ann = GrainId.Create("lecture", "ann-1");
    private static readonly GrainId Bob = GrainId.Create("lecture", "bob/with-slash");
    private static readonly DateTime Start = new(2026, 11, 22, 9, 30, 0, DateTimeKind.Utc);

    private protected ReminderTableTests(StorageSite site) : base(site) { }

    [StorageFact]
    public async Task ReminderSurvivesReopening()
    {
        string? tag;
        using (var storage = Site.Open())
        {
            var before = await StartAsync(storage);
            tag = await before.UpsertRow(Reminder(Ann, "提醒 \"1\""));
            await before.StopAsync();
        }

        var table = await StartAsync(Site.Open());
        var found = await table.ReadRow(Ann, "提醒 \"1\"");

        Assert.NotNull(found);
        Assert.Equal((Ann, "提醒 \"1\"", tag), (found.GrainId, found.ReminderName, found.ETag));
        Assert.Equal((Start, TimeSpan.FromMinutes(5)), (found.StartAt, found.Period));
        Assert.Equal(DateTimeKind.Utc, found.StartAt.Kind);
    }

    [StorageFact]
    public async Task UpsertReplacesTheReminderOfTheSameGrainAndName()
    {
        var table = await StartAsync(Site.Open());
        var first = await table.UpsertRow(Reminder(Ann, "r"));

        var changed = Reminder(Ann, "r", minutes: 7);
        changed.ETag = "whatever the caller holds";
        var second = await table.UpsertRow(changed);
        var rows = await table.ReadRows(Ann);

        Assert.NotEqual(first, second);
        var only = Assert.Single(rows.Reminders);
        Assert.Equal((second, TimeSpan.FromMinutes(7)), (only.ETag, only.Period));
    }

    [StorageFact]
    public async Task AbsentReminderReadsAsNull()
    {
        var table = await StartAsync(Site.Open());
        await table.UpsertRow(Reminder(Ann, "r"));

        Assert.Null(await table.ReadRow(Ann, "other"));
        Assert.Null(await table.ReadRow(Bob, "r"));
        Assert.Empty((await table.ReadRows(Bob)).Reminders);
    }

    [StorageFact]
    public async Task RemovalNeedsTheNewestETag()
    {
        var table = await StartAsync(Site.Open());
        var stale = await table.UpsertRow(Reminder(Ann, "r"));
        var current = await table.UpsertRow(Reminder(Ann, "r", minutes: 7));

        Assert.False(await table.RemoveRow(Ann, "r", stale!));
        Assert.False(await table.RemoveRow(Ann, "r", "no version"));
        Assert.False(await table.RemoveRow(Bob, "r", current!));
        Assert.NotNull(await table.ReadRow(Ann, "r"));
        Assert.True(await table.RemoveRow(Ann, "r", current!));
        Assert.False(await table.RemoveRow(Ann, "r", current!));
        Assert.Null(await table.ReadRow(Ann, "r"));
    }

    [StorageFact]
    public async Task OfTwoRacingRemovalsExactlyOneSucceeds()
    {
        var table = await StartAsync(Site.Open());
        for (var round = 0; round < 10; round++)
        {
            var tag = await table.UpsertRow(Reminder(Ann, "r"));

            var removed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
                Task.Run(() => table.RemoveRow(Ann, "r", tag!))));

            Assert.Single(removed, success => success);
        }
    }

    [StorageFact]
    public async Task ReminderOfAGrainMayHaveManyNames()
    {
        var table = await StartAsync(Site.Open());
        foreach (var name in new[] { "b", "a", "c" }) await table.UpsertRow(Reminder(Ann, name));
        await table.UpsertRow(Reminder(Bob, "a"));

        var rows = await table.ReadRows(Ann);

        Assert.Equal(["a", "b", "c"], rows.Reminders.Select(reminder => reminder.ReminderName).Order());
        Assert.All(rows.Reminders, reminder => Assert.Equal(Ann, reminder.GrainId));
    }

    [StorageFact]
    public async Task RangesOfTheRingShareOutAllRemindersAlsoWhereTheyWrapAround()
    {
        var table = await StartAsync(Site.Open());
        var grains = Enumerable.Range(0, 60).Select(number => GrainId.Create("lecture", $"l-{number}")).ToArray();
        foreach (var grain in grains) await table.UpsertRow(Reminder(grain, "r"));
        var hashes = grains.Select(grain => grain.GetUniformHashCode()).Order().ToArray();
        var (low, high) = (hashes[15], hashes[45]); // bounds that are hashes: begin is outside, end inside

        var inside = await table.ReadRows(low, high);
        var around = await table.ReadRows(high, low);
        var all = await table.ReadRows(low, low);
        var none = await table.ReadRows(hashes[20], hashes[20] + 1);

        Assert.Equal(hashes[16..46], HashesOf(inside));
        Assert.Equal([.. hashes[..16], .. hashes[46..]], HashesOf(around));
        Assert.Equal(hashes, HashesOf(all));
        Assert.DoesNotContain(hashes[20], HashesOf(none));
    }

    [StorageFact]
    public async Task RangeKnowsTheWholeCircle()
    {
        var table = await StartAsync(Site.Open());
        var grains = Enumerable.Range(0, 40).Select(number => GrainId.Create("lecture", $"l-{number}")).ToArray();
        foreach (var grain in grains) await table.UpsertRow(Reminder(grain, "r"));

        var halves = HashesOf(await table.ReadRows(0, uint.MaxValue / 2))
            .Concat(HashesOf(await table.ReadRows(uint.MaxValue / 2, 0)));

        // Hashes beyond int.MaxValue must not be taken for negative numbers.
        Assert.Contains(grains, grain => grain.GetUniformHashCode() > int.MaxValue);
        Assert.Equal(grains.Select(grain => grain.GetUniformHashCode()).Order(), halves.Order());
        Assert.Equal(40, (await table.ReadRows(0, 0)).Reminders.Count);
    }

    [StorageFact]
    public async Task ClearedTableIsEmpty()
    {
        var table = await StartAsync(Site.Open());
        await table.UpsertRow(Reminder(Ann, "r"));

        await table.TestOnlyClearTable();

        Assert.Empty((await table.ReadRows(0, 0)).Reminders);
    }

    private static async Task<IReminderTable> StartAsync(OpenStorage storage)
    {
        var table = storage.Services.GetRequiredService<IReminderTable>();
        await table.StartAsync();
        return table;
    }

    private static uint[] HashesOf(ReminderTableData data) =>
        [.. data.Reminders.Select(reminder => reminder.GrainId.GetUniformHashCode()).Order()];

    private static ReminderEntry Reminder(GrainId grain, string name, int minutes = 5) => new()
    {
        GrainId = grain,
        ReminderName = name,
        StartAt = Start,
        Period = TimeSpan.FromMinutes(minutes),
    };

    public sealed class OnSqlite() : ReminderTableTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : ReminderTableTests(new PostgresSite());
}
