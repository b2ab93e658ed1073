using Microsoft.Data.Sqlite;

namespace Engage.Storage.Sqlite;

/// <summary>
/// After its group's commit, copies the write-ahead log into the file and cuts it off: what was overwritten is then in
/// neither. A reader in the middle of a read stands in the way for a moment; then the caller tries again, so that the
/// writer never waits for long.
/// </summary>
internal sealed class LogTruncation(CancellationToken cancellationToken)
    : WriteRequest<bool>(WriteLane.Append, 1, cancellationToken)
{
    /// <inheritdoc/>
    public override void Committed(SqliteSession session)
    {
        try
        {
            session.Prepare("PRAGMA busy_timeout = 50").Scalar();
            Result = session.Prepare("PRAGMA wal_checkpoint(TRUNCATE)").Scalar() == 0;
        }
        catch (SqliteException)
        {
            // What the group wrote is durable all the same. The caller is told, and the next commit reports a bad disk.
            Result = false;
        }
        finally
        {
            session.Prepare("PRAGMA busy_timeout = 5000").Scalar();
        }
    }

    protected override bool Write(SqliteSession session) => false;
}
