using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Engage.Storage.Sqlite;

/// <summary>
/// Tells failures of the database, which concern everybody, from those of one request, and puts them into words.
/// </summary>
internal static class SqliteFailure
{
    public static bool IsOfDatabase(Exception error) => error is StorageException || (error is SqliteException sqlite
        && sqlite.SqliteErrorCode is not (raw.SQLITE_ERROR or raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH
            or raw.SQLITE_TOOBIG or raw.SQLITE_RANGE or raw.SQLITE_MISUSE));

    public static StorageException Describe(Exception error, string file)
    {
        var (what, wayOut) = (error as SqliteException)?.SqliteErrorCode switch
        {
            raw.SQLITE_FULL => ("the disk is full", "free space on its volume; writing resumes by itself"),
            raw.SQLITE_IOERR =>
                ("the disk reported an error",
                    "check the volume and the system log; writing resumes by itself if the disk does"),
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH or raw.SQLITE_CANTOPEN =>
                ("it cannot be opened for writing", "check the permissions of the file and its folder"),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED =>
                ("another program holds its write lock",
                    "end that program's transaction; nobody else may write this file"),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
                ("it is damaged", "stop, keep a copy, and restore the last backup"),
            _ => ("SQLite refused", "see the inner error"),
        };
        return new StorageException(
            $"The database '{file}' failed: {what} ({error.Message}). Nothing of a write was acknowledged; sending it "
            + $"again is harmless. Way out: {wayOut}.", error);
    }
}
