using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Engage.Storage.Sqlite;

/// <summary>
/// A prepared statement that is used again and again by one thread at a time. Thinner than <see cref="SqliteCommand"/>,
/// which allocates a reader and rebinds by name on every run: several times the cost of the insert itself.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public SqliteStatement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, string? value)
    {
        Check(value is null
            ? raw.sqlite3_bind_null(_statement, index)
            : raw.sqlite3_bind_text(_statement, index, value));
        return this;
    }

    /// <summary>SQLite copies the bytes: the span may end with the call.</summary>
    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        // A null pointer would bind NULL; an empty blob is a value.
        Check(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(_statement, index, 0)
            : raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    public SqliteStatement BindNull(int index)
    {
        Check(raw.sqlite3_bind_null(_statement, index));
        return this;
    }

    /// <summary>Runs to the end and is ready for the next use, whatever happened.</summary>
    /// <returns>Rows changed.</returns>
    public int Run()
    {
        try
        {
            while (Step()) { }
            return raw.sqlite3_changes(_database);
        }
        finally
        {
            Reset();
        }
    }

    /// <returns>The first column of the first row, or null without a row.</returns>
    public long? Scalar()
    {
        try
        {
            return Step() && !IsNull(0) ? Int64(0) : null;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>All rows, as <paramref name="row"/> reads them; columns are valid only inside it.</summary>
    public List<T> Rows<T>(Func<SqliteStatement, T> row)
    {
        var rows = new List<T>();
        try
        {
            while (Step()) rows.Add(row(this));
            return rows;
        }
        finally
        {
            Reset();
        }
    }

    /// <returns>True for a row, false at the end.</returns>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW) return true;
        if (code == raw.SQLITE_DONE) return false;
        throw Error(code);
    }

    /// <summary>The result code of the last step comes again here; it has been thrown already.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    public void Dispose() => _statement.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw Error(code);
    }

    private SqliteException Error(int code)
    {
        var text = raw.sqlite3_errmsg(_database).utf8_to_string();
        return new SqliteException(
            $"SQLite error {code}: {text}", code & 0xff, raw.sqlite3_extended_errcode(_database));
    }
}
