using Engage.Embedded.CodeGeneration;
using Engage.Embedded.Runtime;
using Orleans.Runtime;

namespace Engage.Embedded.Timers;

/// <summary>A timer of an activation. A tick is a request of the activation to itself: it takes its turn.</summary>
/// <remarks>
/// The object is its own queue node, and is in the queue at most once: the clock is set for the next tick only when the
/// last one has ended. So ticks never overlap and never pile up.
/// </remarks>
internal abstract class GrainTimer : Request, IGrainTimer
{
    private readonly Activation _activation;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly ITimer _timer;
    private readonly Action _resume;
    private TimeSpan _dueTime;
    private TimeSpan _period;
    private bool _changed;
    private bool _isDisposed;
    private int _isTicking;
    private Task? _running;

    protected GrainTimer(Activation activation, GrainTimerCreationOptions options)
        : base(options.Interleave ? CallOptions.AlwaysInterleave : CallOptions.None)
    {
        _activation = activation;
        _options = options;
        _resume = Resume;
        _timer = Clock.CreateTimer(
            activation.Class.Silo.Time,
            static state => ((GrainTimer)state!).OnDue(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    internal override bool OutlivesActivation => false;

    internal override bool CountsAsUse => _options.KeepAlive;

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Validate(dueTime, nameof(dueTime));
        Validate(period, nameof(period));
        _dueTime = dueTime;
        _period = period;
        _changed = true;
        if (Volatile.Read(ref _isTicking) == 0)
            SetClock();
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _timer.Dispose();
        _activation.ExtrasIfAny?.Timers.Remove(this);
        _cancellation.Cancel();
    }

    internal override void Start(IRequestHost host, object target)
    {
        Host = host;
        if (_isDisposed)
        {
            End(null);
            return;
        }

        try
        {
            _running = Tick(_cancellation.Token)
                ?? throw new InvalidOperationException($"A timer of {host} returned null instead of a task.");
        }
#pragma warning disable CA1031 // A failing tick is logged; the timer goes on, as in Orleans.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            End(exception);
            return;
        }

        if (_running.IsCompletedSuccessfully)
            End(null);
        else
            _running.GetAwaiter().UnsafeOnCompleted(_resume);
    }

    internal override string Describe() => $"a timer of {_activation.GrainId}";

    internal override void Reject(Exception exception)
    {
        // The activation could not be made: its timers go with it.
    }

    protected abstract Task Tick(CancellationToken cancellationToken);

    private static void Validate(TimeSpan time, string name)
    {
        const double MillisecondsMax = 0xfffffffe;
        if (time != Timeout.InfiniteTimeSpan && (time < TimeSpan.Zero || time.TotalMilliseconds > MillisecondsMax))
            throw new ArgumentOutOfRangeException(
                name, time, $"Expected zero to {MillisecondsMax} ms, or Timeout.InfiniteTimeSpan.");
    }

    private void OnDue()
    {
        if (Interlocked.Exchange(ref _isTicking, 1) == 0)
            _activation.PostTick(this);
    }

    private void Resume() => End(_running!.IsCompletedSuccessfully ? null : Failure.Of(_running));

    private void End(Exception? exception)
    {
        _running = null;
        if (exception is not null && !_isDisposed)
            Log.TickFailed(_activation.Class.Silo.Logger, exception, _activation.GrainId);
        var host = Host!;
        Host = null;
        host.RequestEnded(this, exception);
        if (!_changed)
            _dueTime = _period;
        Volatile.Write(ref _isTicking, 0);
        SetClock();
    }

    private void SetClock()
    {
        _changed = false;
        if (!_isDisposed)
            _timer.Change(_dueTime, Timeout.InfiniteTimeSpan);
    }
}

internal sealed class GrainTimer<TState>(
    Activation activation,
    Func<TState, CancellationToken, Task> callback,
    TState state,
    GrainTimerCreationOptions options) : GrainTimer(activation, options)
{
    protected override Task Tick(CancellationToken cancellationToken) => callback(state, cancellationToken);
}
