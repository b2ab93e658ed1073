using System.Diagnostics.CodeAnalysis;
using Engage.Contracts.Recommending;

namespace Engage.Grains.Scoring;

/// <summary>
/// What waits to be scored: two lanes, together bounded. Interactive requests go first; of eight places one belongs to
/// the background, so that it moves as long as anything does. Any thread adds, the scoring threads take.
/// </summary>
internal sealed class ScoringQueue(ScoringOptions options, TimeProvider time)
{
    private const int PlacesPerBackground = 8;

    // A monitor, not a Lock: the scoring threads sleep on it.
    private readonly object _gate = new();
    private readonly Queue<PendingRanking> _interactive = new();
    private readonly Queue<PendingRanking> _background = new();
    private int _count;
    private int _places;
    private int _sleeping;
    private int _lastBatch;
    private long _lastBatchEnd;
    private bool _closed;

    public int Count => Volatile.Read(ref _count);

    /// <returns>False when its lane is full or the queue is closed: it was not taken.</returns>
    public bool TryAdd(PendingRanking request)
    {
        var background = request.Priority == RankingPriority.Background;
        lock (_gate)
        {
            if (_closed || _count >= (background ? options.MaxQueueLength / 2 : options.MaxQueueLength)) return false;

            (background ? _background : _interactive).Enqueue(request);
            _count++;
            if (_sleeping > 0) Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>
    /// Waits for requests, lingers as <see cref="BatchPacing"/> says, and fills <paramref name="batch"/>.
    /// </summary>
    /// <returns>False once the queue is closed; whatever waited then is for <see cref="Close"/> to answer.</returns>
    public bool Take(List<PendingRanking> batch)
    {
        batch.Clear();
        while (batch.Count == 0)
        {
            if (!WaitForFirst(out var expected)) return false;
            Linger(expected);
            lock (_gate)
                while (batch.Count < options.MaxBatchSize && Next(out var request))
                    if (!request.IsAbandoned)
                        batch.Add(request);
        }
        return true;
    }

    /// <summary>A batch was answered; the pacing of the next one begins here.</summary>
    public void Answered(int batch)
    {
        lock (_gate) (_lastBatch, _lastBatchEnd) = (batch, time.GetTimestamp());
    }

    /// <returns>What waits, to be answered by the caller; from now on nothing is taken.</returns>
    public PendingRanking[] Close()
    {
        lock (_gate)
        {
            _closed = true;
            PendingRanking[] left = [.. _interactive, .. _background];
            _interactive.Clear();
            _background.Clear();
            _count = 0;
            Monitor.PulseAll(_gate);
            return left;
        }
    }

    private bool WaitForFirst(out int expected)
    {
        lock (_gate)
        {
            while (_count == 0 && !_closed)
            {
                _sleeping++;
                Monitor.Wait(_gate);
                _sleeping--;
            }
            expected = BatchPacing.Expected(_lastBatch, time.GetElapsedTime(_lastBatchEnd), options);
            return !_closed;
        }
    }

    /// <summary>
    /// Gives the processor to the callers who are expected. A timer would be coarser than the delay is long.
    /// </summary>
    private void Linger(int expected)
    {
        if (Count >= expected) return;

        var start = time.GetTimestamp();
        while (Count < expected && !Volatile.Read(ref _closed)
            && time.GetElapsedTime(start) < options.BatchLingerDelay)
            Thread.Yield();
    }

    private bool Next([NotNullWhen(true)] out PendingRanking? request)
    {
        var backgroundFirst = ++_places % PlacesPerBackground == 0;
        var taken = (backgroundFirst ? _background : _interactive).TryDequeue(out request)
            || (backgroundFirst ? _interactive : _background).TryDequeue(out request);
        if (taken) _count--;
        return taken;
    }
}
