using System.ComponentModel;
using System.Runtime.CompilerServices;
using Engage.Embedded.Runtime;

namespace Engage.Embedded.CodeGeneration;

/// <summary>A call that answers with a value.</summary>
/// <remarks>
/// The promise is a bare task made by the builder that async methods use: 24 bytes less than a completion source. Its
/// continuations would run inline, but it is completed on a turn, where the current scheduler is the activation's, or
/// by a fresh pool work item; the awaiter then schedules them elsewhere.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Invocation<TResult> : Invocation
{
    private AsyncTaskMethodBuilder<TResult> _promise;
    private Task<TResult>? _running;
    private IRequestHost? _host;
    private Action? _resume;

    internal Task<TResult> Promise => _promise.Task;

    /// <summary>Calls the method on the grain with the arguments of this call.</summary>
    protected abstract ValueTask<TResult> Call(object target);

    private protected sealed override void Run(IRequestHost host, object target)
    {
        ValueTask<TResult> call;
        try
        {
            call = Call(target);
        }
#pragma warning disable CA1031 // Every exception of the grain crosses to its caller.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            EndWithException(host, exception);
            return;
        }

        if (call.IsCompletedSuccessfully)
        {
            EndWithResult(host, call.Result);
            return;
        }

        _host = host;
        _running = call.AsTask();
        _running.GetAwaiter().UnsafeOnCompleted(_resume ??= Resume);
    }

    private protected sealed override void SetException(Exception exception) => _promise.SetException(exception);

    private protected sealed override void ClearPromise()
    {
        _promise = default;
        _running = null;
        _host = null;
    }

    private void Resume()
    {
        var running = _running!;
        if (running.IsCompletedSuccessfully)
            EndWithResult(_host!, running.Result);
        else
            EndWithException(_host!, Failure.Of(running));
    }

    private void EndWithResult(IRequestHost host, TResult result)
    {
        host.RequestEnded(this, null);
        if (!TryClaimAnswer())
            return;
        _promise.SetResult(result);
        Recycle();
    }
}

/// <summary>A call that answers without a value, or not at all.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ActionInvocation : Invocation
{
    private AsyncTaskMethodBuilder _promise;
    private Task? _running;
    private IRequestHost? _host;
    private Action? _resume;

    internal Task Promise => _promise.Task;

    /// <summary>Calls the method on the grain or observer with the arguments of this call.</summary>
    protected abstract ValueTask Call(object target);

    private protected sealed override void Run(IRequestHost host, object target)
    {
        ValueTask call;
        try
        {
            call = Call(target);
        }
#pragma warning disable CA1031 // Every exception of the grain crosses to its caller.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            EndWithException(host, exception);
            return;
        }

        if (call.IsCompletedSuccessfully)
        {
            call.GetAwaiter().GetResult();
            EndWithSuccess(host);
            return;
        }

        _host = host;
        _running = call.AsTask();
        _running.GetAwaiter().UnsafeOnCompleted(_resume ??= Resume);
    }

    private protected sealed override void SetException(Exception exception) => _promise.SetException(exception);

    private protected sealed override void ClearPromise()
    {
        _promise = default;
        _running = null;
        _host = null;
    }

    private void Resume()
    {
        var running = _running!;
        if (running.IsCompletedSuccessfully)
            EndWithSuccess(_host!);
        else
            EndWithException(_host!, Failure.Of(running));
    }

    private void EndWithSuccess(IRequestHost host)
    {
        host.RequestEnded(this, null);
        if (!TryClaimAnswer())
            return;
        _promise.SetResult();
        Recycle();
    }
}

internal static class Failure
{
    /// <summary>The exception of a task that did not succeed, as await would throw it.</summary>
    public static Exception Of(Task task) => task.Exception?.InnerException ?? new TaskCanceledException(task);
}
