using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>
/// A queue (bounded by its <see cref="RowBudget"/>) and the one loop that empties it: what waits is written in one
/// round trip and one transaction, on a connection of the lane's own. While a group is on the wire the next one
/// gathers, so an idle system commits at once and a busy one in large groups.
/// </summary>
internal sealed partial class GroupLane<TWrite> : IAsyncDisposable
    where TWrite : PostgresWrite
{
    private readonly Channel<TWrite> _queue = Channel.CreateUnbounded<TWrite>();
    private readonly LaneSettings _settings;
    private readonly GroupWriter<TWrite> _writer;
    private readonly LaneConnection _connection;
    private readonly TimeProvider _time;
    private readonly StorageMetrics _metrics;
    private readonly ILogger _logger;
    private readonly RowBudget _budget;
    private readonly List<TWrite> _group = [];
    private readonly Task _loop;
    private bool _sent;
    private bool _maybeStored;
    private int _lastGroupCount;

    public GroupLane(
        LaneSettings settings,
        GroupWriter<TWrite> writer,
        LaneConnection connection,
        RowBudget budget,
        TimeProvider time,
        StorageMetrics metrics,
        ILogger logger)
    {
        (_settings, _writer, _connection, _budget) = (settings, writer, connection, budget);
        (_time, _metrics, _logger) = (time, metrics, logger);
        _loop = Task.Run(DrainAsync);
    }

    /// <param name="write">Its rows are already counted in the lane's budget.</param>
    /// <exception cref="ObjectDisposedException">The storage is closing.</exception>
    public void Add(TWrite write)
    {
        write.QueuedAt = _time.GetTimestamp();
        if (_queue.Writer.TryWrite(write)) return;

        _budget.Release(write.Rows);
        throw new ObjectDisposedException("storage", "The storage is closed and takes no more writes.");
    }

    /// <summary>Writes what waits, refuses what comes, and returns when the last group is durable.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task DrainAsync()
    {
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            await LingerAsync().ConfigureAwait(false);
            Take();
            if (_group.Count > 0) await CommitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// After a large group its callers come back one by one. Writing for the first of them alone would make the others
    /// wait a whole round trip; a moment's patience lets them in. Ends early when as many wait as were served last.
    /// </summary>
    private async ValueTask LingerAsync()
    {
        const int crowd = 8;
        if (_lastGroupCount < crowd || _settings.LingerMax == TimeSpan.Zero) return;

        var start = _time.GetTimestamp();
        while (_queue.Reader.Count < _lastGroupCount && _time.GetElapsedTime(start) < _settings.LingerMax)
            await Task.Yield();
    }

    private void Take()
    {
        for (var rows = 0; rows < _settings.GroupRowsMax && _queue.Reader.TryRead(out var write);)
        {
            if (write.CancellationToken.IsCancellationRequested)
            {
                Fail(write, new OperationCanceledException(write.CancellationToken));
                continue;
            }
            rows += write.Rows;
            _group.Add(write);
        }
    }

    private async Task CommitAsync()
    {
        var start = _time.GetTimestamp();
        try
        {
            await WriteGroupAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whatever it was: the callers are told, and the loop goes on, or all who come after would wait for ever.
            _metrics.GroupFailed();
            LogGroupFailed(error, _group.Count, _connection.Server);
            FailGroup(PostgresFailure.Describe(error, _connection.Server, _maybeStored));
            await _connection.CloseAsync().ConfigureAwait(false);
        }

        _lastGroupCount = _group.Count;
        var rows = _group.Sum(write => write.Rows);
        _budget.Release(rows);
        foreach (var write in _group) write.Complete();
        _group.Clear();
        if (rows == 0) return;

        var elapsed = _time.GetElapsedTime(start);
        _budget.Drained(rows, elapsed);
        _metrics.Committed(rows, elapsed);
    }

    /// <summary>
    /// Returns when what is left of the group is durable. Only what may be written again without harm is written again
    /// after an unknown outcome, and only as long as its caller may be kept waiting.
    /// </summary>
    private async Task WriteGroupAsync()
    {
        _maybeStored = false;
        for (var attempt = 0; _group.Count > 0; attempt++)
        {
            _sent = false;
            try
            {
                var connection = await _connection.OpenAsync().ConfigureAwait(false);
                _sent = true;
                await _writer.WriteAsync(connection, _group).ConfigureAwait(false);
                if (attempt > 0) LogRecovered(_connection.Server, attempt);
                return;
            }
            catch (Exception error) when (IsWorthAnotherTry(error))
            {
                if (attempt == 0) LogRetrying(_group.Count, _connection.Server, PostgresFailure.Text(error));
                Expire(error);
                await _connection.RecoverAsync(attempt).ConfigureAwait(false);
            }
            catch (Exception error) when (PostgresFailure.Classify(error) == FailureKind.Data)
            {
                await WriteOneByOneAsync(error).ConfigureAwait(false);
                return;
            }
        }
    }

    private bool IsWorthAnotherTry(Exception error)
    {
        var kind = PostgresFailure.Classify(error);
        _maybeStored |= _sent && kind == FailureKind.Lost;
        return kind == FailureKind.RolledBack || (kind == FailureKind.Lost && (!_sent || _writer.MayRepeat));
    }

    /// <summary>Somebody's value is at fault; whose, shows when each is written alone.</summary>
    private async Task WriteOneByOneAsync(Exception groupError)
    {
        if (_group.Count > 1) LogOneByOne(groupError, _group.Count);
        foreach (var write in _group.ToArray())
        {
            _sent = false;
            try
            {
                var connection = await _connection.OpenAsync().ConfigureAwait(false);
                _sent = true;
                await _writer.WriteAsync(connection, [write]).ConfigureAwait(false);
            }
            catch (Exception error) when (PostgresFailure.Classify(error) == FailureKind.Data)
            {
                LogRequestFailed(error, write.GetType().Name);
                _group.Remove(write);
                Fail(write, PostgresFailure.Describe(error, _connection.Server, unknown: false));
                continue;
            }
            catch (Exception error)
            {
                _maybeStored |= _sent && PostgresFailure.Classify(error) == FailureKind.Lost;
                throw;
            }
            // Told at once: should a later one find the connection gone, this one is durable all the same.
            _group.Remove(write);
            _budget.Release(write.Rows);
            write.Complete();
        }
    }

    /// <summary>Whoever has waited long enough is told; in the group, and behind it.</summary>
    private void Expire(Exception error)
    {
        _group.RemoveAll(write => FailIfOld(write, error, _maybeStored));
        while (_queue.Reader.TryPeek(out var next) && FailIfOld(next, error, unknown: false))
            _queue.Reader.TryRead(out _);
    }

    private bool FailIfOld(TWrite write, Exception error, bool unknown)
    {
        var waited = _time.GetElapsedTime(write.QueuedAt);
        if (waited < _settings.RetryMax) return false;

        var why = PostgresFailure.Describe(error, _connection.Server, unknown);
        Fail(write, new StorageException($"Gave up after {waited.TotalSeconds:0.#} s of trying. {why.Message}", why));
        return true;
    }

    private void FailGroup(Exception error)
    {
        foreach (var write in _group) Fail(write, error);
        _group.Clear();
    }

    private void Fail(TWrite write, Exception error)
    {
        _budget.Release(write.Rows);
        write.Fail(error);
    }
}

/// <summary>What bounds a lane; the meaning of each is in <see cref="StorageOptions"/>.</summary>
internal sealed record LaneSettings(int GroupRowsMax, TimeSpan LingerMax, TimeSpan RetryMax);

/// <summary>How a group is written: one statement, or one batch, and so one transaction.</summary>
internal abstract class GroupWriter<TWrite>
{
    /// <summary>Whether a group whose outcome is unknown can be written again without harm.</summary>
    public abstract bool MayRepeat { get; }

    /// <summary>Returns when the group is committed; each write then knows its result.</summary>
    public abstract Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<TWrite> group);
}
