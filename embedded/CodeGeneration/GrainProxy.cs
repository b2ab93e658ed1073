using System.ComponentModel;
using Engage.Embedded.Runtime;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Engage.Embedded.CodeGeneration;

/// <summary>Base of the generated proxies: turns a method call into a posted <see cref="Invocation"/>.</summary>
/// <remarks>It remembers the activation that it last called, so that a kept reference needs no lookup.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GrainProxy(GrainReferenceShared shared, IdSpan key) : GrainReference(shared, key)
{
    private IRequestTarget? _target;

    /// <summary>
    /// What to pass on for a grain or observer argument: always a reference, never the object itself.
    /// </summary>
    /// <exception cref="ArgumentException">The argument is an observer object that has no reference.</exception>
    protected static T ToReference<T>(T argument)
        where T : class, IAddressable => argument is null or GrainReference ? argument! : argument.AsReference<T>();

    protected Task<TResult> Invoke<TResult>(Invocation<TResult> call, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        return Shared.Silo.Treatment is { Outgoing: { } interceptor }
            ? Filter<TResult>(interceptor, call, cancellationToken)
            : Send(call, cancellationToken);
    }

    protected Task Invoke(ActionInvocation call, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        return Shared.Silo.Treatment is { Outgoing: { } interceptor }
            ? Filter<object>(interceptor, call, cancellationToken)
            : Send(call, cancellationToken);
    }

    /// <summary>The task tells only whether the call was sent.</summary>
    protected Task InvokeOneWay(ActionInvocation call, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (Shared.Silo.Treatment is { Outgoing: { } interceptor })
            return Filter<object>(interceptor, call, cancellationToken);
        SendOneWay(call, cancellationToken);
        return Task.CompletedTask;
    }

    /// <summary>Sends a copy of a call that filters hold, past the filters.</summary>
    internal Task<Response> SendAsync(Invocation call, CancellationToken cancellationToken) =>
        call.Repeat().SendAsync(this, cancellationToken);

    internal Task<TResult> Send<TResult>(Invocation<TResult> call, CancellationToken cancellationToken)
    {
        if (Refusal(call, cancellationToken) is { } refusal)
            return Task.FromException<TResult>(refusal);
        var promise = call.Promise;
        Post(call, cancellationToken);
        return promise;
    }

    internal Task Send(ActionInvocation call, CancellationToken cancellationToken)
    {
        if (Refusal(call, cancellationToken) is { } refusal)
            return Task.FromException(refusal);
        var promise = call.Promise;
        Post(call, cancellationToken);
        return promise;
    }

    /// <exception cref="SiloUnavailableException">The silo takes no calls.</exception>
    /// <exception cref="OperationCanceledException">The token is cancelled already.</exception>
    internal void SendOneWay(ActionInvocation call, CancellationToken cancellationToken)
    {
        if (Refusal(call, cancellationToken) is { } refusal)
            throw refusal;
        Post(call, CancellationToken.None);
    }

    private void Post(Invocation call, CancellationToken cancellationToken)
    {
        if (Shared.Silo.Treatment is { Copier: { } copier })
            call.Isolate(copier);
        call.Begin(Shared, Key, cancellationToken);
        Target().Post(call);
    }

    private async Task<TResult> Filter<TResult>(
        CallInterceptor interceptor, Invocation call, CancellationToken cancellationToken)
    {
        call.Show();
        return (await interceptor.CallAsync(this, call, cancellationToken)).GetResult<TResult>()!;
    }

    private Exception? Refusal(Invocation call, CancellationToken cancellationToken) =>
        Shared.Silo.IsRunning && !cancellationToken.IsCancellationRequested ? null : Refuse(call, cancellationToken);

    private Exception? Refuse(Invocation call, CancellationToken cancellationToken)
    {
        Exception? refusal = cancellationToken.IsCancellationRequested
            ? new TaskCanceledException("The call was cancelled before it was sent.", null, cancellationToken)
            : Shared.Silo.Refusal();
        if (refusal is not null)
            call.Discard();
        return refusal;
    }

    private IRequestTarget Target()
    {
        var target = _target;
        if (target is null || target.IsGone)
            _target = target = Shared.Router.Route(Key);
        return target;
    }
}
