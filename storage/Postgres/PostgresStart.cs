using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>
/// From a connection string to a database that can be worked with: right settings, right schema, right number of
/// partitions. Several processes may start at once.
/// </summary>
internal static partial class PostgresStart
{
    private const int StatementsMax = 50;
    private const int ConnectSecondsMax = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <exception cref="StorageException">Not usable; the text says why.</exception>
    public static async Task<NpgsqlDataSource> PrepareAsync(
        NpgsqlConnectionStringBuilder settings,
        StorageOptions options,
        TimeProvider time,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var server = PostgresConnectionString.Describe(settings);
        Complete(settings, options);
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await TryPrepareAsync(settings, options, server, time, logger, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (Exception error) when (PostgresFailure.Is(error))
            {
                // Started together, the server may need a moment longer than we do.
                if (PostgresFailure.Classify(error) is not (FailureKind.Lost or FailureKind.RolledBack)
                    || time.GetElapsedTime(start) > options.RetryMax)
                    throw PostgresFailure.Describe(error, server, unknown: false);
                LogNotYet(logger, server, PostgresFailure.Text(error));
            }
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What the operator left open.</summary>
    private static void Complete(NpgsqlConnectionStringBuilder settings, StorageOptions options)
    {
        if (!IsGiven("Application Name")) settings.ApplicationName = "engage";
        var held = options.JournalLanes + 1;
        settings.MaxPoolSize = IsGiven("Maximum Pool Size")
            ? Math.Max(settings.MaxPoolSize, held + 1)
            : held + options.ReadersMax;
        if (!IsGiven("Max Auto Prepare")) settings.MaxAutoPrepare = StatementsMax;
        if (!IsGiven("Auto Prepare Min Usages")) settings.AutoPrepareMinUsages = 2;
        if (!IsGiven("Timeout")) settings.Timeout = ConnectSecondsMax;
        settings.TcpKeepAlive = true;
        settings.NoResetOnClose = true; // Sessions are never changed, so there is nothing to reset.
        settings.Enlist = false;
        settings.Multiplexing = false;
        settings.IncludeErrorDetail = false; // The detail of an error shows values, and so what people do.
        settings.PersistSecurityInfo = false;

        bool IsGiven(string keyword) => PostgresConnectionString.IsGiven(settings, keyword);
    }

    private static async Task<NpgsqlDataSource> TryPrepareAsync(
        NpgsqlConnectionStringBuilder settings,
        StorageOptions options,
        string server,
        TimeProvider time,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var source = NpgsqlDataSource.Create(settings);
        try
        {
            var missing = await MissingSettingsAsync(source, server, logger, cancellationToken).ConfigureAwait(false);
            if (missing.Length > 0)
            {
                settings.Options = $"{settings.Options} {missing}".Trim();
                await source.DisposeAsync().ConfigureAwait(false);
                source = NpgsqlDataSource.Create(settings);
            }

            await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await PostgresMigrations.ApplyAsync(
                connection, Migration.Embedded("Postgres"), time.GetUtcNow(), logger, cancellationToken)
                .ConfigureAwait(false);
            await FixPartitionCountAsync(connection, options, server, cancellationToken).ConfigureAwait(false);
            return source;
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <returns>
    /// Start options for every session, where the server, the database or the role has them otherwise: an acknowledged
    /// write is on disk, and each statement sees what was committed before it.
    /// </returns>
    private static async Task<string> MissingSettingsAsync(
        NpgsqlDataSource source, string server, ILogger logger, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("""
            SELECT current_setting('synchronous_commit'), current_setting('default_transaction_isolation'),
                   current_setting('fsync'), current_setting('server_version_num')::integer
            """);
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);

        if (row.GetInt32(3) < 130_000)
            throw new StorageException(
                $"The database {server} runs PostgreSQL {row.GetInt32(3) / 10_000}; expected 13 or newer. Upgrade it.");
        if (row.GetString(2) == "off") LogFsyncOff(logger, server);
        return string.Join(' ', new[]
        {
            row.GetString(0) == "off" ? "-c synchronous_commit=on" : "",
            row.GetString(1) == "read committed" ? "" : @"-c default_transaction_isolation=read\ committed",
        }.Where(setting => setting.Length > 0));
    }

    private static async Task FixPartitionCountAsync(
        NpgsqlConnection connection, StorageOptions options, string server, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("INSERT INTO storage_setting (name, value) VALUES ('partition_count', $1) ON CONFLICT DO NOTHING"),
                new("""
                    INSERT INTO journal_head (partition, "offset")
                    SELECT number, 0 FROM storage_setting, generate_series(0, value::integer - 1) number
                    WHERE name = 'partition_count' ON CONFLICT DO NOTHING
                    """),
                new("SELECT value FROM storage_setting WHERE name = 'partition_count'"),
            },
        };
        batch.BatchCommands[0].Parameters.Text(options.PartitionCount.ToString(CultureInfo.InvariantCulture));
        var stored = (string)(await batch.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        if (stored != options.PartitionCount.ToString(CultureInfo.InvariantCulture))
            throw new StorageException(
                $"The journal in {server} was created with {stored} partitions, but "
                + $"{nameof(StorageOptions.PartitionCount)} is {options.PartitionCount}. Set it to {stored}, or choose "
                + "another database: the users' order depends on it.");
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The server of {Server} runs with fsync=off: a power failure may take what was acknowledged")]
    private static partial void LogFsyncOff(ILogger logger, string server);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Database {Server} is not there yet ({Reason}); trying again")]
    private static partial void LogNotYet(ILogger logger, string server, string reason);
}
