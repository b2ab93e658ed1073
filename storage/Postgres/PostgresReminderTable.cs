using System.Globalization;
using Npgsql;
using Orleans;
using Orleans.Runtime;

namespace Engage.Storage.Postgres;

/// <summary>
/// Reminders in the rows of Orleans' relational reminder table, so that a cluster goes on ringing what a single process
/// was asked to.
/// </summary>
public sealed class PostgresReminderTable(PostgresDatabase database) : IReminderTable
{
    private const string Columns =
        "SELECT GrainId, ReminderName, StartTime, Period, Version FROM OrleansRemindersTable WHERE ServiceId = $1";
    private const string OfGrain = Columns + " AND GrainId = $2";
    private const string One = Columns + " AND GrainId = $2 AND ReminderName = $3";

    /// <summary>Hashes are stored as signed numbers; a range that passes the end of those is two.</summary>
    private const string OfRange = Columns + " AND GrainHash > $2 AND GrainHash <= $3";
    private const string OfWrappedRange = Columns + " AND (GrainHash > $2 OR GrainHash <= $3)";
    private const string Upsert = "SELECT orleans_reminder_upsert($1, $2, $3, $4, $5, $6)";
    private const string Delete = "SELECT orleans_reminder_delete($1, $2, $3, $4)";
    private const string Clear = """
        WITH gone AS (DELETE FROM OrleansRemindersTable WHERE ServiceId = $1 RETURNING 1) SELECT count(*) FROM gone
        """;
    private const int NameCharactersMax = 150;

    private readonly string _serviceId = database.Options.ServiceId;

    /// <inheritdoc/>
    public async Task<ReminderTableData> ReadRows(GrainId grainId)
    {
        var rows = await ReadAsync(OfGrain, parameters => parameters.Text(grainId.ToString())).ConfigureAwait(false);
        return new ReminderTableData(rows);
    }

    /// <inheritdoc/>
    public async Task<ReminderTableData> ReadRows(uint begin, uint end)
    {
        var (first, last) = unchecked(((int)begin, (int)end));
        var rows = await ReadAsync(
            first < last ? OfRange : OfWrappedRange, parameters => parameters.Int(first).Int(last))
            .ConfigureAwait(false);
        return new ReminderTableData(rows);
    }

    /// <inheritdoc/>
    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        var rows = await ReadAsync(
            One, parameters => parameters.Text(grainId.ToString()).Text(reminderName)).ConfigureAwait(false);
        return rows is [var entry] ? entry : null;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A name is too long for its column, or cannot be stored as text.</exception>
    /// <exception cref="StorageException">The database refused, or the connection broke before the answer.</exception>
    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        var grain = entry.GrainId.ToString();
        Check(grain, "The grain id");
        Check(entry.ReminderName, "The reminder's name");
        var start = entry.StartAt.Kind == DateTimeKind.Local
            ? entry.StartAt.ToUniversalTime()
            : DateTime.SpecifyKind(entry.StartAt, DateTimeKind.Utc);
        var hash = unchecked((int)entry.GrainId.GetUniformHashCode());
        var version = await WriteAsync(
            hash,
            Upsert,
            parameters => parameters.Text(_serviceId).Text(grain).Text(entry.ReminderName)
                .Time(start).Long((long)entry.Period.TotalMilliseconds).Int(hash)).ConfigureAwait(false);
        return version.ToString(CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        if (!int.TryParse(eTag, NumberStyles.None, CultureInfo.InvariantCulture, out var version)) return false;

        var gone = await WriteAsync(
            unchecked((int)grainId.GetUniformHashCode()),
            Delete,
            parameters => parameters.Text(_serviceId).Text(grainId.ToString()).Text(reminderName).Int(version))
            .ConfigureAwait(false);
        return gone > 0;
    }

    /// <inheritdoc/>
    public Task TestOnlyClearTable() => database.WriteAsync(new StateWrite<long>(
        (StateKind.Reminder, long.MinValue), Clear, parameters => parameters.Text(_serviceId),
        static row => row!.GetInt64(0), CancellationToken.None));

    private Task<int> WriteAsync(int hash, string sql, Action<NpgsqlParameterCollection> bind) =>
        database.WriteAsync(new StateWrite<int>(
            (StateKind.Reminder, hash), sql, bind, static row => row!.GetInt32(0), CancellationToken.None));

    private ValueTask<ReminderEntry[]> ReadAsync(string sql, Action<NpgsqlParameterCollection> bind) =>
        database.ReadAsync(
            sql,
            (Service: _serviceId, Bind: bind),
            static (parameters, of) => of.Bind(parameters.Text(of.Service)),
            static (row, _) => new ReminderEntry
            {
                GrainId = GrainId.Parse(row.GetString(0)),
                ReminderName = row.GetString(1),
                StartAt = row.GetDateTime(2),
                Period = TimeSpan.FromMilliseconds(row.GetInt64(3)),
                ETag = row.GetInt32(4).ToString(CultureInfo.InvariantCulture),
            },
            CancellationToken.None);

    private static void Check(string text, string what)
    {
        PostgresText.Check(text, what);
        if (text.Length > NameCharactersMax)
            throw new ArgumentException(
                $"{what} has {text.Length} characters; the reminder table holds {NameCharactersMax}.");
    }
}
