namespace Engage.Embedded.Runtime;

/// <summary>
/// Reports turns that hold their thread too long: while they run, each time their length has doubled, and when they
/// end.
/// </summary>
/// <remarks>
/// It looks four times per threshold, so lengths are told a quarter of the threshold too short at most, and a turn that
/// is longer than the threshold by less than that may go unseen. Its clock never jumps: while the process did not run,
/// no turn was slow.
/// </remarks>
internal sealed class TurnWatch(Silo silo, TimeProvider time, TimeSpan threshold) : IDisposable
{
    private const int LooksPerThreshold = 4;
    private const int WarningsMax = 20;

    private readonly TimeSpan _period = threshold / LooksPerThreshold;
    private long _looked;
    private long _now;
    private ITimer? _timer;

    public void Start()
    {
        if (threshold <= TimeSpan.Zero)
            return;
        _looked = time.GetTimestamp();
        _timer = Clock.CreateTimer(time, static state => ((TurnWatch)state!).Look(), this, _period);
    }

    public void Dispose() => _timer?.Dispose();

    /// <summary>On the thread whose turn has ended.</summary>
    public void OnSlowTurnEnded(TurnSlot slot, Activation activation)
    {
        var length = TimeSpan.FromTicks(Volatile.Read(ref _now) - slot.Seen.Since);
        Log.SlowTurnEnded(silo.Logger, activation.GrainId, slot.SlowWork, length);
    }

    private void Look()
    {
        var real = time.GetTimestamp();
        var passed = Math.Min(time.GetElapsedTime(_looked, real).Ticks, 2 * _period.Ticks);
        _looked = real;
        Volatile.Write(ref _now, _now + passed);
        foreach (var slot in TurnSlot.All())
        {
            if (slot.Running is { } activation && activation.Class.Silo == silo)
                Look(slot, activation, slot.Turn);
        }
    }

    private void Look(TurnSlot slot, Activation activation, long turn)
    {
        var seen = slot.Seen;
        if (seen.Turn != turn)
        {
            slot.Seen = (turn, _now, 0);
            return;
        }

        var length = TimeSpan.FromTicks(_now - seen.Since);
        if (length < threshold * (1L << seen.Warnings))
            return;
        var work = activation.DescribeTurn();
        // It may have ended while this was found out; then another is running by now, and the finding is of no use.
        if (slot.Turn != turn)
            return;
        slot.Seen = seen with { Warnings = Math.Min(seen.Warnings + 1, WarningsMax) };
        slot.MarkSlow(turn, work);
        Log.SlowTurnRuns(silo.Logger, activation.GrainId, work, length, threshold);
    }
}
