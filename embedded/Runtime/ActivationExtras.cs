using System.Runtime.InteropServices;
using Engage.Embedded.CodeGeneration;
using Engage.Embedded.Timers;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Embedded.Runtime;

/// <summary>What most activations do without, so that an idle one stays small. Used on turns but where noted.</summary>
internal sealed class ActivationExtras
{
    private static readonly TimeSpan Forever = TimeSpan.FromDays(36_500);

    private readonly Lock _goneLock = new();
    private TaskCompletionSource? _gone;
    private List<TaskCompletionSource<bool>>? _drains;
    private long _keptSince;
    private TimeSpan _keptFor;
    private Dictionary<Guid, int>? _reentrantSections;
    private Dictionary<Request, Exception>? _refusals;

    public List<GrainTimer> Timers { get; } = [];

    /// <summary>Made when first asked for; a grain that needs no services of its own costs none.</summary>
    public IServiceScope? Scope { get; set; }

    /// <summary>Set when leaving is decided.</summary>
    public Departure? Departure { get; set; }

    public bool HasReentrantSections => _reentrantSections is { Count: > 0 };

    public void EnterReentrantSection(Guid id) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_reentrantSections ??= [], id, out _)++;

    public void LeaveReentrantSection(Guid id)
    {
        if (_reentrantSections?.GetValueOrDefault(id) is not (> 0 and var count))
            throw new InvalidOperationException("A section of call-chain reentrancy was left that was not entered.");
        if (count == 1)
            _reentrantSections.Remove(id);
        else
            _reentrantSections[id] = count - 1;
    }

    public bool IsReentrant(Guid id) => id != Guid.Empty && _reentrantSections!.ContainsKey(id);

    /// <summary>Answers the request by the exception when its turn comes.</summary>
    public void Refuse(Request request, Exception exception) => (_refusals ??= [])[request] = exception;

    public Exception? TakeRefusal(Request request) =>
        _refusals is not null && _refusals.Remove(request, out var exception) ? exception : null;

    /// <summary>From any thread.</summary>
    public Task WhenGone(bool isGone)
    {
        lock (_goneLock)
        {
            _gone ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (isGone)
                _gone.TrySetResult();
            return _gone.Task;
        }
    }

    public void OnGone()
    {
        lock (_goneLock)
        {
            _gone ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            _gone.TrySetResult();
        }

        Timers.Clear();
        OnDrained();
    }

    public void Keep(TimeProvider time, TimeSpan duration)
    {
        _keptSince = time.GetTimestamp();
        _keptFor = duration > Forever ? Forever : duration;
    }

    /// <summary>From the collector's thread. A late answer costs one more quantum of life.</summary>
    public bool IsKept(TimeProvider time) => time.GetElapsedTime(Volatile.Read(ref _keptSince)) < _keptFor;

    public void NotifyWhenDrained(TaskCompletionSource<bool> drain) => (_drains ??= []).Add(drain);

    public void OnDrained()
    {
        if (_drains is not { } drains)
            return;
        _drains = null;
        foreach (var drain in drains)
            drain.TrySetResult(true);
    }

    public void StopTimers(Activation activation)
    {
        foreach (var timer in Timers.ToArray())
        {
            try
            {
                timer.Dispose();
            }
            catch (AggregateException exception)
            {
                Log.TimerCancellationFailed(activation.Class.Silo.Logger, exception, activation.GrainId);
            }
        }
    }
}
