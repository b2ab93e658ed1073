using System.Globalization;
using Orleans;
using Orleans.Runtime;

namespace Engage.Storage.Sqlite;

/// <summary>
/// Reminders in the database of the journal. A write shares its commit with whatever else waits for the disk.
/// </summary>
public sealed class SqliteReminderTable(SqliteDatabase database) : IReminderTable
{
    private const string Columns = "SELECT grain_id, name, start_at, period, version FROM reminder";
    private const string OfGrain = Columns + " WHERE grain_id = ?1 ORDER BY name";
    private const string One = Columns + " WHERE grain_id = ?1 AND name = ?2";
    private const string NextVersion =
        "UPDATE storage_counter SET value = value + 1 WHERE name = 'reminder_version' RETURNING value";

    private const string Upsert = """
        INSERT INTO reminder (grain_id, name, start_at, period, version) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (grain_id, name) DO UPDATE
            SET start_at = excluded.start_at, period = excluded.period, version = excluded.version
        """;

    private const string Remove = "DELETE FROM reminder WHERE grain_id = ?1 AND name = ?2 AND version = ?3";

    /// <inheritdoc/>
    public async Task<ReminderTableData> ReadRows(GrainId grainId) => new(
        await database.Readers.ReadAsync(ReadOfGrain, grainId, CancellationToken.None).ConfigureAwait(false));

    /// <inheritdoc/>
    public async Task<ReminderTableData> ReadRows(uint begin, uint end) => new(
        await database.Readers.ReadAsync(ReadOfRange, (begin, end), CancellationToken.None).ConfigureAwait(false));

    /// <inheritdoc/>
    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        ArgumentException.ThrowIfNullOrEmpty(reminderName);
        var found = await database.Readers
            .ReadAsync(ReadOne, (grainId, reminderName), CancellationToken.None).ConfigureAwait(false);
        return found is [var entry] ? entry : null;
    }

    /// <inheritdoc/>
    /// <exception cref="Contracts.BusyException">The queue is full; nothing was stored.</exception>
    /// <exception cref="StorageException">The database refused; nothing was acknowledged.</exception>
    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentException.ThrowIfNullOrEmpty(entry.ReminderName);
        // What the caller changes later must not change what waits for the disk.
        var (grain, name, start, period) =
            (entry.GrainId, entry.ReminderName, Utc(entry.StartAt).Ticks, entry.Period.Ticks);
        var version = await WriteAsync(session => Store(session, grain, name, start, period)).ConfigureAwait(false);
        return Tag(version);
    }

    /// <inheritdoc/>
    /// <exception cref="Contracts.BusyException">The queue is full; nothing was removed.</exception>
    /// <exception cref="StorageException">The database refused; nothing was acknowledged.</exception>
    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        ArgumentException.ThrowIfNullOrEmpty(reminderName);
        // A text that is no version of ours matches no row.
        if (!long.TryParse(eTag, NumberStyles.None, CultureInfo.InvariantCulture, out var version)) return false;

        return await WriteAsync(session => session
            .Prepare(Remove).Bind(1, grainId.ToString()).Bind(2, reminderName).Bind(3, version)
            .Run()).ConfigureAwait(false) == 1;
    }

    /// <inheritdoc/>
    public Task TestOnlyClearTable() => WriteAsync(session => session.Prepare("DELETE FROM reminder").Run());

    private Task<TResult> WriteAsync<TResult>(Func<SqliteSession, TResult> write) => database.Writer.WriteAsync(
        new DelegateWrite<TResult>(WriteLane.State, write, CancellationToken.None));

    private static long Store(SqliteSession session, GrainId grain, string name, long start, long period)
    {
        var version = session.Prepare(NextVersion).Scalar()!.Value;
        session.Prepare(Upsert)
            .Bind(1, grain.ToString()).Bind(2, name).Bind(3, start).Bind(4, period).Bind(5, version)
            .Run();
        return version;
    }

    private static List<ReminderEntry> ReadOfGrain(SqliteSession session, GrainId grain) =>
        session.Prepare(OfGrain).Bind(1, grain.ToString()).Rows(ToEntry);

    private static List<ReminderEntry> ReadOne(SqliteSession session, (GrainId Grain, string Name) key) =>
        session.Prepare(One).Bind(1, key.Grain.ToString()).Bind(2, key.Name).Rows(ToEntry);

    private static List<ReminderEntry> ReadOfRange(SqliteSession session, (uint Begin, uint End) range)
    {
        var all = session.Prepare(Columns).Rows(ToEntry);
        all.RemoveAll(entry => !IsBetween(entry.GrainId.GetUniformHashCode(), range.Begin, range.End));
        return all;
    }

    /// <summary>On the ring, (begin, end]; with both equal that is all of it.</summary>
    private static bool IsBetween(uint hash, uint begin, uint end) =>
        begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;

    private static ReminderEntry ToEntry(SqliteStatement row) => new()
    {
        GrainId = GrainId.Parse(row.Text(0)),
        ReminderName = row.Text(1),
        StartAt = new DateTime(row.Int64(2), DateTimeKind.Utc),
        Period = new TimeSpan(row.Int64(3)),
        ETag = Tag(row.Int64(4)),
    };

    /// <summary>As reminders are registered: a time without a zone is UTC.</summary>
    private static DateTime Utc(DateTime time) => time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : time;

    private static string Tag(long version) => version.ToString(CultureInfo.InvariantCulture);
}
