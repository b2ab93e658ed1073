namespace Engage.Storage.Sqlite;

/// <summary>
/// What waits for the disk: two bounded lanes, filled by many, drained by one thread. A lock and two queues, because
/// taking a whole group needs both lanes at once; with one consumer it is held for nanoseconds per request.
/// </summary>
internal sealed class WriteQueue(StorageOptions options)
{
    private readonly object _gate = new();
    private readonly Queue<WriteRequest> _appends = new();
    private readonly Queue<WriteRequest> _states = new();
    private long _appendRows;
    private long _stateRows;
    private bool _closed;

    public long Rows
    {
        get
        {
            lock (_gate) return _appendRows + _stateRows;
        }
    }

    /// <returns>True when taken; otherwise nothing was, and <paramref name="waiting"/> rows are in front.</returns>
    /// <exception cref="ObjectDisposedException">The storage is closing.</exception>
    public bool TryAdd(WriteRequest request, out long waiting)
    {
        lock (_gate)
        {
            if (_closed)
                throw new ObjectDisposedException("storage", "The storage is closed and takes no more writes.");

            ref var rows = ref request.Lane == WriteLane.Append ? ref _appendRows : ref _stateRows;
            waiting = rows;
            // A request larger than the whole queue is taken when nothing is in front of it; else it could never be.
            if (rows > 0 && rows + request.Rows > options.WriteQueueMax) return false;

            rows += request.Rows;
            (request.Lane == WriteLane.Append ? _appends : _states).Enqueue(request);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>
    /// Blocks until something waits. Appends first; states get a bounded share, so that none of the lanes starves.
    /// </summary>
    /// <returns>False when closed and empty.</returns>
    public bool WaitForWork()
    {
        lock (_gate)
        {
            while (_appends.Count + _states.Count == 0 && !_closed) Monitor.Wait(_gate);
            return _appends.Count + _states.Count > 0;
        }
    }

    /// <summary>Requests that wait in the append lane; what lingering looks at.</summary>
    public int AppendsWaiting
    {
        get
        {
            lock (_gate) return _appends.Count;
        }
    }

    public void Take(List<WriteRequest> group)
    {
        lock (_gate)
        {
            Move(_appends, ref _appendRows, group, options.GroupRowsMax);
            Move(_states, ref _stateRows, group, group.Count > 0 ? options.StateShareMax : options.StateGroupMax);
        }
    }

    /// <summary>No more is taken in; what waits is still drained.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private static void Move(Queue<WriteRequest> lane, ref long laneRows, List<WriteRequest> group, int rowsMax)
    {
        for (var rows = 0; rows < rowsMax && lane.TryDequeue(out var request); rows += request.Rows)
        {
            laneRows -= request.Rows;
            group.Add(request);
        }
    }
}
