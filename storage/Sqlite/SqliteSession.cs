using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Engage.Storage.Sqlite;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    private SqliteSession(SqliteConnection connection) => _connection = connection;

    private sqlite3 Handle =>
        _connection.Handle
        ?? throw new ObjectDisposedException(nameof(SqliteSession), "The SQLite connection is closed.");

    /// <summary>
    /// True between BEGIN and COMMIT; SQLite ends a transaction by itself on some errors, e.g. a full disk.
    /// </summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    /// <summary>
    /// The connection that writes. FULL: a commit returns only when the log is on the disk. Every 4,000 pages (16 MiB)
    /// a commit copies the log into the file. Doing that beside the writer, on a thread of its own, was measured and
    /// rejected: its fsyncs hold up those of the commits, and 16 appenders got half as far.
    /// </summary>
    public static SqliteSession OpenWriter(string file) => Open(file, SqliteOpenMode.ReadWriteCreate, """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
        PRAGMA cache_size = -65536;
        PRAGMA wal_autocheckpoint = 4000;
        PRAGMA secure_delete = ON;
        PRAGMA temp_store = MEMORY;
        """);

    /// <summary>
    /// A connection that cannot write. In WAL mode readers see the last commit and neither block the writer nor wait
    /// for it.
    /// </summary>
    public static SqliteSession OpenReader(string file) => Open(file, SqliteOpenMode.ReadOnly, """
        PRAGMA cache_size = -8192;
        PRAGMA mmap_size = 268435456;
        """);

    private static SqliteSession Open(string file, SqliteOpenMode mode, string pragmas)
    {
        // Pooled connections would outlive the folder's lock.
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        var session = new SqliteSession(connection);
        try
        {
            connection.Open();
            raw.sqlite3_busy_timeout(session.Handle, 5_000);
            session.Execute(pragmas);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Prepared once per text. Pass constants: the dictionary compares strings.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements.Add(sql, statement = new SqliteStatement(Handle, sql));
        return statement;
    }

    /// <summary>Runs SQL without parameters, one or more statements.</summary>
    public void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>IMMEDIATE takes the write lock now, not in the middle of the group.</summary>
    public void Begin() => Prepare("BEGIN IMMEDIATE").Run();

    /// <summary>All that is read until <see cref="RollBack"/> is of one moment.</summary>
    public void BeginRead() => Prepare("BEGIN").Run();

    public void Commit() => Prepare("COMMIT").Run();

    public void RollBack()
    {
        if (InTransaction) Prepare("ROLLBACK").Run();
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _statements.Clear();
        _connection.Dispose();
    }
}
