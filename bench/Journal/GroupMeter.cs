using System.Diagnostics.Metrics;

namespace Engage.Bench.Journal;

/// <summary>Listens to the storage's own meter: how many rows share a commit.</summary>
internal sealed class GroupMeter : IDisposable
{
    private readonly MeterListener _listener;
    private readonly object _gate = new();
    private bool _started;
    private long _groups;
    private long _rows;
    private int _newest = 1;

    public GroupMeter(IMeterFactory factory)
    {
        _listener = new()
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "engage.storage.group.rows" && instrument.Meter.Scope == factory)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<int>((_, rows, _, _) => Add(rows));
        _listener.Start();
    }

    /// <summary>
    /// Of the groups since <see cref="StartOnce"/>. If there was none, as in a window that is over before it begins, of
    /// the one that answered whoever began it; 1 without any.
    /// </summary>
    public double MeanRows
    {
        get
        {
            lock (_gate) return _groups == 0 ? _newest : (double)_rows / _groups;
        }
    }

    public void StartOnce()
    {
        if (Volatile.Read(ref _started)) return;
        lock (_gate)
        {
            if (_started) return;
            (_groups, _rows) = (0, 0);
            Volatile.Write(ref _started, true);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(int rows)
    {
        lock (_gate)
        {
            _groups++;
            _rows += rows;
            _newest = rows;
        }
    }
}
