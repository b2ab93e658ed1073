using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>
/// A running grain timer. Disposing it cancels the token of a tick under way and stops further ticks.
/// </summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>
    /// Ticks next after <paramref name="dueTime"/>, then <paramref name="period"/> after each tick's end.
    /// </summary>
    void Change(TimeSpan dueTime, TimeSpan period);
}

/// <summary>How a grain timer ticks.</summary>
public readonly struct GrainTimerCreationOptions()
{
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
        : this()
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>Time to the first tick; infinite means not until changed.</summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>Time from the end of one tick to the next; infinite means one tick only.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>
    /// Ticks may start while a request is unfinished. Default false: a tick takes its turn like a request.
    /// </summary>
    public bool Interleave { get; init; }

    /// <summary>Ticks count as use: the activation is not collected for being idle. Default false.</summary>
    public bool KeepAlive { get; init; }
}
