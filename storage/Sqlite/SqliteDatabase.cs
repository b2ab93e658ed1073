using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Engage.Storage.Sqlite;

/// <summary>
/// The open database: folder lock, one writer, a few readers. Journal, grain storage and catalogue stand on it. Dispose
/// it after whoever writes has stopped: what waits is still written, what comes later is refused.
/// </summary>
public sealed partial class SqliteDatabase : IStorageProbe, IDisposable
{
    public const string FileName = "engage.db";

    private readonly FolderLock _folder;
    private readonly SqliteWriteSession _session;
    private bool _disposed;

    private SqliteDatabase(
        StorageOptions options,
        string file,
        FolderLock folder,
        SqliteWriteSession session,
        TimeProvider time,
        IMeterFactory? meters,
        ILogger logger)
    {
        (Options, Time, File, _folder, _session) = (options, time, file, folder, session);
        Appender = new ActivityAppender(options);
        session.Join(Appender);
        session.Join(Books);
        Readers = new SqliteReaders(file, options.ReadersMax);
        Writer = new GroupCommitWriter(options, session, time, meters, logger);
    }

    internal StorageOptions Options { get; }
    internal TimeProvider Time { get; }
    internal GroupCommitWriter Writer { get; }
    internal SqliteReaders Readers { get; }
    internal ActivityAppender Appender { get; }
    internal SqliteBookState Books { get; } = new();

    /// <summary>Held by whoever uploads a model.</summary>
    internal SemaphoreSlim ModelUpload { get; } = new(1);

    /// <summary>The database file.</summary>
    public string File { get; }

    /// <summary>Locks the folder, brings the schema up to date and starts the writer.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="StorageException">The folder is in use, the file damaged, newer, or made with another partition
    /// count.</exception>
    public static SqliteDatabase Open(
        StorageOptions options, TimeProvider time, IMeterFactory? meters, ILogger<SqliteDatabase> logger)
    {
        options.Validate();
        var path = Path.GetFullPath(options.Path);
        // What people do and who they are is nobody else's on this machine to read.
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var file = Path.Combine(path, FileName);
        var folder = FolderLock.Take(path);
        SqliteWriteSession? session = null;
        try
        {
            session = new SqliteWriteSession(file, logger);
            Prepare(session.Healthy(), options, time, logger);
            var database = new SqliteDatabase(options, file, folder, session, time, meters, logger);
            LogOpened(logger, file, options.PartitionCount);
            return database;
        }
        catch (SqliteException error)
        {
            session?.Dispose();
            folder.Dispose();
            throw SqliteFailure.Describe(error, file);
        }
        catch
        {
            session?.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellationToken) => Writer.WriteAsync(new DelegateWrite<int>(
        WriteLane.Append,
        session => session.Prepare("UPDATE storage_counter SET value = value + 1 WHERE name = 'probe'").Run(),
        cancellationToken));

    /// <summary>Cuts off the write-ahead log, so that nothing that was overwritten is left on the disk.</summary>
    /// <exception cref="StorageException">Somebody has been reading all the time; what was written stands.</exception>
    internal async Task TruncateLogAsync(CancellationToken cancellationToken)
    {
        const int TriesMax = 60;
        for (var tries = 0; tries < TriesMax; tries++)
        {
            if (await Writer.WriteAsync(new LogTruncation(cancellationToken)).ConfigureAwait(false)) return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), Time, cancellationToken).ConfigureAwait(false);
        }
        throw new StorageException(
            $"The write-ahead log of '{File}' could not be cut off in {TriesMax} tries: another program reads the "
            + "database for long. What was deleted may still be in the log; end that read and try again.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Writer.Dispose();
        Readers.Dispose();
        // The last connection to close copies the log into the file, so that a backup of the folder is one file.
        _session.Dispose();
        _folder.Dispose();
    }

    private static void Prepare(SqliteSession session, StorageOptions options, TimeProvider time, ILogger logger)
    {
        foreach (var migration in Migrations.Apply(session, Migration.Embedded("Sqlite"), time.GetUtcNow()))
            LogMigrated(logger, migration.Name);

        session
            .Prepare("INSERT INTO storage_setting (name, value) VALUES ('partition_count', ?1) ON CONFLICT DO NOTHING")
            .Bind(1, options.PartitionCount.ToString(CultureInfo.InvariantCulture)).Run();
        var stored = session
            .Prepare("SELECT CAST(value AS INTEGER) FROM storage_setting WHERE name = 'partition_count'")
            .Scalar();
        if (stored != options.PartitionCount)
            throw new StorageException(
                $"The journal in '{options.Path}' was created with {stored} partitions, but "
                + $"{nameof(StorageOptions.PartitionCount)} is {options.PartitionCount}. Set it to {stored}, or choose "
                + "another folder: the users' order depends on it.");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Schema step {Migration} applied")]
    private static partial void LogMigrated(ILogger logger, string migration);

    [LoggerMessage(Level = LogLevel.Information, Message = "Database {File} open, {Partitions} journal partitions")]
    private static partial void LogOpened(ILogger logger, string file, int partitions);
}
