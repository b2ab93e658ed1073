using System.Diagnostics.Metrics;
using Engage.Contracts;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Engage.Storage.Sqlite;

/// <summary>
/// The only one who writes. A thread of its own (a commit blocks, and must not hold a pool thread) takes what waits,
/// writes it in one transaction and completes the callers: one fsync for all of them. While it waits for the disk, the
/// next group gathers by itself, so an idle system commits at once and a busy one in large groups.
/// </summary>
internal sealed partial class GroupCommitWriter : IDisposable
{
    private readonly StorageOptions _options;
    private readonly SqliteWriteSession _session;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly StorageMetrics _metrics;
    private readonly WriteQueue _queue;
    private readonly DrainRate _drainRate = new();
    private readonly Thread _thread;
    private readonly List<WriteRequest> _group = [];
    private int _lastGroupAppends;

    public GroupCommitWriter(
        StorageOptions options, SqliteWriteSession session, TimeProvider time, IMeterFactory? meters, ILogger logger)
    {
        _options = options;
        _session = session;
        _time = time;
        _logger = logger;
        _queue = new WriteQueue(options);
        _metrics = new StorageMetrics(meters, () => _queue.Rows);
        _thread = new Thread(Drain) { Name = "engage-storage-writer", IsBackground = true };
        _thread.Start();
    }

    public long QueuedRows => _queue.Rows;

    /// <summary>Of the whole database.</summary>
    public StorageMetrics Metrics => _metrics;

    /// <exception cref="BusyException">The queue is full; nothing was taken.</exception>
    public Task<TResult> WriteAsync<TResult>(WriteRequest<TResult> request)
    {
        if (_queue.TryAdd(request, out var waiting)) return request.Done;

        _metrics.Refused();
        var retryAfter = _drainRate.RetryAfter(waiting);
        throw new BusyException(
            $"The storage is busy: {waiting} rows wait for the disk, {request.Rows} more would exceed "
            + $"{_options.WriteQueueMax}. Nothing was stored; send the same again after "
            + $"{retryAfter.TotalSeconds:0.###} s.", retryAfter);
    }

    /// <summary>Writes what waits, refuses what comes, and returns when the last group is durable.</summary>
    public void Dispose()
    {
        _queue.Close();
        _thread.Join();
    }

    private void Drain()
    {
        while (_queue.WaitForWork())
        {
            Linger();
            _queue.Take(_group);
            Withdraw();
            if (_group.Count > 0) CommitGroup();
            _group.Clear();
        }
    }

    /// <summary>
    /// After a large group its callers come back one by one. Committing for the first of them alone would make the
    /// others wait a whole fsync; a moment's patience lets them in. Ends early when as many wait as were served last.
    /// </summary>
    private void Linger()
    {
        const int crowd = 8;
        if (_lastGroupAppends < crowd || _options.LingerMax == TimeSpan.Zero) return;

        var start = _time.GetTimestamp();
        while (_queue.AppendsWaiting < _lastGroupAppends && _time.GetElapsedTime(start) < _options.LingerMax)
            Thread.Yield();
    }

    private void Withdraw()
    {
        for (var i = _group.Count - 1; i >= 0; i--)
        {
            if (!_group[i].CancellationToken.IsCancellationRequested) continue;
            _group[i].Fail(new OperationCanceledException());
            _group.RemoveAt(i);
        }
    }

    private void CommitGroup()
    {
        var start = _time.GetTimestamp();
        try
        {
            while (_group.Count > 0 && !TryWriteGroup()) { }
        }
        catch (Exception error) when (error is SqliteException or StorageException)
        {
            FailGroup(error);
            return;
        }

        var rows = 0;
        _lastGroupAppends = 0;
        foreach (var request in _group)
        {
            rows += request.Rows;
            if (request.Lane == WriteLane.Append) _lastGroupAppends++;
        }
        CompleteGroup();
        var elapsed = _time.GetElapsedTime(start);
        _drainRate.Observe(rows, elapsed);
        _metrics.Committed(rows, elapsed);
    }

    /// <summary>
    /// Few are told at once. Many are told by one work item of the pool: there, waking a caller is a push onto the
    /// worker's own queue, where this thread would fight for the pool's with everybody else.
    /// </summary>
    private void CompleteGroup()
    {
        const int few = 4;
        if (_group.Count <= few)
        {
            foreach (var request in _group) request.Complete();
            return;
        }
        ThreadPool.UnsafeQueueUserWorkItem(
            static group =>
            {
                foreach (var request in group) request.Complete();
            },
            _group.ToArray(),
            preferLocal: false);
    }

    /// <summary>
    /// Writes without savepoints, which would cost every request for the sake of a rare one. A request that throws for
    /// its own reasons is taken out and told; the others are written again without it.
    /// </summary>
    /// <returns>False when the group must be tried again.</returns>
    private bool TryWriteGroup()
    {
        var session = _session.Healthy();
        session.Begin();
        foreach (var request in _group)
        {
            try
            {
                request.Apply(session);
            }
            // A damaged row that one request needs is that request's misfortune alone.
            catch (Exception error) when (error is StorageException || !SqliteFailure.IsOfDatabase(error))
            {
                LogRequestFailed(error, request.GetType().Name);
                _session.Recover();
                _group.Remove(request);
                request.Fail(error is SqliteException ? SqliteFailure.Describe(error, _session.File) : error);
                return false;
            }
        }
        _session.Commit(session);
        foreach (var request in _group) request.Committed(session);
        return true;
    }

    private void FailGroup(Exception error)
    {
        _metrics.GroupFailed();
        _lastGroupAppends = 0;
        LogGroupFailed(error, _group.Count, _session.File);
        _session.Recover();
        foreach (var request in _group)
            request.Fail(error as StorageException ?? SqliteFailure.Describe(error, _session.File));
    }
}
