using System.ComponentModel;
using System.Runtime.CompilerServices;
using Engage.Embedded.Runtime;
using Orleans.Serialization.Invocation;

namespace Engage.Embedded.CodeGeneration;

/// <summary>A call that answers with a value.</summary>
/// <remarks>
/// The promise is a bare task made by the builder that async methods use: 24 bytes less than a completion source. Its
/// continuations would run inline, but it is completed on a turn, where the current scheduler is the activation's, or
/// by a fresh pool work item; the awaiter then schedules them elsewhere.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Invocation<TResult>(CallOptions options = CallOptions.None) : Invocation(options)
{
    private AsyncTaskMethodBuilder<TResult> _promise;
    private Task<TResult>? _running;
    private Action? _resume;

    internal Task<TResult> Promise => _promise.Task;

    internal sealed override async Task<Response> SendAsync(GrainProxy proxy, CancellationToken cancellationToken)
    {
        try
        {
            return Response.FromResult(await proxy.Send(this, cancellationToken));
        }
#pragma warning disable CA1031 // Every exception of the call is a response to its filters.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Response.FromException(exception);
        }
    }

    /// <summary>Calls the method on the grain with the arguments of this call.</summary>
    protected abstract ValueTask<TResult> Call(object target);

    private protected sealed override void Run(IRequestHost host, object target)
    {
        ValueTask<TResult> call;
        try
        {
            call = Silo!.Treatment is { } treatment ? TreatAsync(treatment, host, target) : Call(target);
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

        _running = call.AsTask();
        _running.GetAwaiter().UnsafeOnCompleted(_resume ??= Resume);
    }

    private protected sealed override async ValueTask<Response> InvokeTargetAsync(object target)
    {
        try
        {
            return Response.FromResult(await Call(target));
        }
#pragma warning disable CA1031 // Every exception of the grain is a response to its filters.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Response.FromException(exception);
        }
    }

    private protected sealed override void SetException(Exception exception) => _promise.SetException(exception);

    private protected sealed override void ClearPromise()
    {
        _promise = default;
        _running = null;
    }

    private async ValueTask<TResult> TreatAsync(CallTreatment treatment, IRequestHost host, object target)
    {
        var result = treatment.IncomingOf(host) is { } interceptor
            ? (await FilterAsync(interceptor, host, target)).GetResult<TResult>()!
            : await Call(target);
        return treatment.Copier is { } copier ? IsolateResult(copier, result) : result;
    }

    private void Resume()
    {
        var running = _running!;
        if (running.IsCompletedSuccessfully)
            EndWithResult(Host!, running.Result);
        else
            EndWithException(Host!, Failure.Of(running));
    }

    private void EndWithResult(IRequestHost host, TResult result)
    {
        End(host, null);
        if (!TryClaimAnswer())
            return;
        _promise.SetResult(result);
        Recycle();
    }
}

/// <summary>A call that answers without a value, or not at all.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ActionInvocation(CallOptions options = CallOptions.None) : Invocation(options)
{
    private AsyncTaskMethodBuilder _promise;
    private Task? _running;
    private Action? _resume;

    internal Task Promise => _promise.Task;

    internal sealed override async Task<Response> SendAsync(GrainProxy proxy, CancellationToken cancellationToken)
    {
        try
        {
            if (IsOneWay)
                proxy.SendOneWay(this, cancellationToken);
            else
                await proxy.Send(this, cancellationToken);
            return Response.Completed;
        }
#pragma warning disable CA1031 // Every exception of the call is a response to its filters.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Response.FromException(exception);
        }
    }

    /// <summary>Calls the method on the grain or observer with the arguments of this call.</summary>
    protected abstract ValueTask Call(object target);

    private protected sealed override void Run(IRequestHost host, object target)
    {
        ValueTask call;
        try
        {
            call = Silo!.Treatment is { } treatment ? TreatAsync(treatment, host, target) : Call(target);
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

        _running = call.AsTask();
        _running.GetAwaiter().UnsafeOnCompleted(_resume ??= Resume);
    }

    private protected sealed override async ValueTask<Response> InvokeTargetAsync(object target)
    {
        try
        {
            await Call(target);
            return Response.Completed;
        }
#pragma warning disable CA1031 // Every exception of the grain is a response to its filters.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Response.FromException(exception);
        }
    }

    private protected sealed override void SetException(Exception exception) => _promise.SetException(exception);

    private protected sealed override void ClearPromise()
    {
        _promise = default;
        _running = null;
    }

    private async ValueTask TreatAsync(CallTreatment treatment, IRequestHost host, object target)
    {
        if (treatment.IncomingOf(host) is { } interceptor)
            (await FilterAsync(interceptor, host, target)).GetResult<object>();
        else
            await Call(target);
    }

    private void Resume()
    {
        var running = _running!;
        if (running.IsCompletedSuccessfully)
            EndWithSuccess(Host!);
        else
            EndWithException(Host!, Failure.Of(running));
    }

    private void EndWithSuccess(IRequestHost host)
    {
        End(host, null);
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
