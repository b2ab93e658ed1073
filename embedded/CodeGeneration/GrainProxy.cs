using System.ComponentModel;
using Engage.Embedded.Runtime;
using Orleans;
using Orleans.Runtime;

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
        if (Refusal(call, cancellationToken) is { } refusal)
            return Task.FromException<TResult>(refusal);
        var promise = call.Promise;
        call.Begin(Shared, Key, cancellationToken);
        Target().Post(call);
        return promise;
    }

    protected Task Invoke(ActionInvocation call, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (Refusal(call, cancellationToken) is { } refusal)
            return Task.FromException(refusal);
        var promise = call.Promise;
        call.Begin(Shared, Key, cancellationToken);
        Target().Post(call);
        return promise;
    }

    /// <exception cref="LimitExceededException">The queue of the callee is full.</exception>
    protected void InvokeOneWay(ActionInvocation call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (Refusal(call, default) is { } refusal)
            throw refusal;
        call.Begin(Shared, Key, default);
        Target().Post(call);
    }

    private Exception? Refusal(Invocation call, CancellationToken cancellationToken)
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
