namespace Engage.Grains.Tests.Plans;

/// <summary>
/// Begins on 31 January 2026 and goes on as time does, but for what the test adds. Timers keep their own time, so that
/// a silo under it lives; what is due by the calendar is looked for.
/// </summary>
internal sealed class MovedTime : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 1, 31, 10, 0, 0, TimeSpan.Zero);
    private readonly long _began = System.GetTimestamp();
    private long _addedTicks;

    public override DateTimeOffset GetUtcNow() =>
        Start + System.GetElapsedTime(_began) + TimeSpan.FromTicks(Volatile.Read(ref _addedTicks));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _addedTicks, by.Ticks);

    /// <summary>Never backwards.</summary>
    public void MoveTo(DateTimeOffset at)
    {
        if (at > GetUtcNow()) Advance(at - GetUtcNow());
    }
}
