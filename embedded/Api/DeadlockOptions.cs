namespace Engage.Embedded;

/// <summary>What is done about calls that wait for themselves.</summary>
public enum DeadlockDetection
{
    /// <summary>Nothing: they end by time-out, whose text still names the cycle.</summary>
    Off,

    /// <summary>A warning with grains, methods and call chain; the calls end by time-out, as in Orleans.</summary>
    Report,

    /// <summary>Like <see cref="Report"/>, and the call that closes the cycle fails at once.</summary>
    Fail,
}

/// <summary>
/// Of this engine only: Orleans has no such options, and calls in a cycle there wait for their time-out.
/// </summary>
public sealed class DeadlockOptions
{
    /// <summary>
    /// Default: report. Failing early is for tests and development: a call whose answer is not awaited looks the same
    /// as one that is, and would have been served a little later.
    /// </summary>
    public DeadlockDetection Detection { get; set; } = DeadlockDetection.Report;

    /// <summary>
    /// A call is examined once, when it has waited so long; the longer, the fewer calls are looked at for nothing.
    /// Half of the response timeout if that is less. Default: 1 s.
    /// </summary>
    public TimeSpan WatchAfter { get; set; } = TimeSpan.FromSeconds(1);
}
