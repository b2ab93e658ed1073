using Engage.Contracts;

namespace Engage.Storage.Postgres;

/// <summary>
/// Bounds what waits for the database or is being written, over the lanes that share it. Beyond it callers are refused
/// and told when to come back.
/// </summary>
internal sealed class RowBudget(long rowsMax, StorageMetrics metrics)
{
    private readonly DrainRate _drainRate = new();
    private long _rows;

    public long Rows => Volatile.Read(ref _rows);

    /// <exception cref="BusyException">The budget is used up; nothing was taken.</exception>
    public void Reserve(int rows)
    {
        var waiting = Interlocked.Add(ref _rows, rows) - rows;
        // A request larger than the whole budget is taken when nothing is in front of it; else it could never be.
        if (waiting == 0 || waiting + rows <= rowsMax) return;

        Release(rows);
        metrics.Refused();
        var retryAfter = _drainRate.RetryAfter(waiting);
        throw new BusyException(
            $"The storage is busy: {waiting} rows wait for the database, {rows} more would exceed {rowsMax}. "
            + $"Nothing was stored; send the same again after {retryAfter.TotalSeconds:0.###} s.", retryAfter);
    }

    public void Release(int rows) => Interlocked.Add(ref _rows, -rows);

    public void Drained(int rows, TimeSpan elapsed) => _drainRate.Observe(rows, elapsed);
}
