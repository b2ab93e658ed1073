using System.Diagnostics;

namespace Engage.LoadGen.Load.Workers;

/// <summary>
/// How much of its own processor time this process uses. One thread does nearly all of a worker's work, so a worker is
/// at its end when that thread is, however many cores there are.
/// </summary>
internal sealed class CpuWatch
{
    private readonly Process _process = Process.GetCurrentProcess();
    private readonly double _cores;
    private TimeSpan _used;
    private long _at;

    /// <param name="workers">Processes of this kind on the machine.</param>
    public CpuWatch(int workers)
    {
        _cores = Math.Min(1, (double)Environment.ProcessorCount / workers);
        Take();
    }

    /// <summary>The share of a worker's possible time used since the last call, 0 to about 1.</summary>
    public double Take()
    {
        _process.Refresh();
        var (used, at) = (_process.TotalProcessorTime, Stopwatch.GetTimestamp());
        var share = (used - _used).TotalSeconds / Math.Max(1e-3, Stopwatch.GetElapsedTime(_at, at).TotalSeconds);
        (_used, _at) = (used, at);
        return share / _cores;
    }
}
