using Engage.Storage.Sqlite;
using Orleans;
using Orleans.Runtime;

namespace Engage.Storage.Tests;

public sealed class SqliteReminderTableTests : IDisposable
{
    private static readonly GrainId Ann = GrainId.Create("room", "ann");

    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TimesAreKeptToTheTick()
    {
        var table = new SqliteReminderTable(_folder.Open());
        await table.UpsertRow(Entry(Ann, "digest"));

        var read = await table.ReadRow(Ann, "digest");

        Assert.Equal(Entry(Ann, "digest").StartAt, read!.StartAt);
    }

    /// <summary>On PostgreSQL it may: there a row's version begins anew, as Orleans' own tables do.</summary>
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

    private static ReminderEntry Entry(GrainId grain, string name, int minutes = 5) => new()
    {
        GrainId = grain,
        ReminderName = name,
        StartAt = new DateTime(2026, 11, 22, 9, 30, 0, DateTimeKind.Utc).AddTicks(1_234_567),
        Period = TimeSpan.FromMinutes(minutes),
    };
}
