using System.Diagnostics.Metrics;
using Engage.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engage.Storage.Tests;

/// <summary>A real database in a folder of its own, gone after the test.</summary>
internal sealed class StorageFolder : IDisposable
{
    private readonly List<SqliteDatabase> _open = [];

    public string Path { get; } = Directory.CreateTempSubdirectory("engage-storage-").FullName;

    public string File => System.IO.Path.Combine(Path, SqliteDatabase.FileName);

    public SqliteDatabase Open(Action<StorageOptions>? configure = null, IMeterFactory? meters = null)
    {
        var options = new StorageOptions { Path = Path };
        configure?.Invoke(options);
        var database = SqliteDatabase.Open(options, TimeProvider.System, meters, NullLogger<SqliteDatabase>.Instance);
        _open.Add(database);
        return database;
    }

    /// <summary>What another program would see and do.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        return connection;
    }

    public long Query(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// Makes the disk stand still: the writer waits for the lock that another connection holds, so that whatever is
    /// sent meanwhile gathers in the queue. Dispose within the busy timeout.
    /// </summary>
    public StalledWriter StallWriter(SqliteDatabase database) => new(this, database);

    /// <summary>What a crash would leave: the files as they are now, in another folder.</summary>
    public StorageFolder CopyAsCrashed()
    {
        var copy = new StorageFolder();
        foreach (var file in Directory.EnumerateFiles(Path, SqliteDatabase.FileName + "*"))
            System.IO.File.Copy(file, System.IO.Path.Combine(copy.Path, System.IO.Path.GetFileName(file)));
        return copy;
    }

    public void Dispose()
    {
        foreach (var database in _open) database.Dispose();
        Directory.Delete(Path, recursive: true);
    }
}

internal sealed class StalledWriter : IDisposable
{
    private readonly SqliteConnection _holder;

    public StalledWriter(StorageFolder folder, SqliteDatabase database)
    {
        _holder = folder.Connect();
        Run("BEGIN IMMEDIATE");
        // The first write is taken by the writer and waits inside SQLite; those after it wait in the queue.
        First = database.CheckAsync(CancellationToken.None);
        SpinWait.SpinUntil(() => database.Writer.QueuedRows == 0);
    }

    public Task First { get; }

    public void Dispose()
    {
        Run("ROLLBACK");
        _holder.Dispose();
    }

    private void Run(string sql)
    {
        using var command = _holder.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
