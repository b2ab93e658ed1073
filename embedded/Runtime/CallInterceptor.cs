using Engage.Embedded.CodeGeneration;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Engage.Embedded.Runtime;

/// <summary>
/// Stands between callers and callees when call filters are registered. The silo asks at its start whether it wants
/// anything at all; when it does not, calls pay for it with one comparison.
/// </summary>
internal abstract class CallInterceptor
{
    /// <summary>Asked once, when the silo starts.</summary>
    public abstract bool InterceptsOutgoing { get; }

    /// <summary>Asked once per grain class, when the silo starts.</summary>
    public abstract bool InterceptsIncoming(Type grainClass);

    /// <summary>
    /// At the caller, in its own context. <paramref name="call"/> can be read and its arguments changed for as long as
    /// anyone likes. <see cref="GrainProxy.SendAsync"/> sends it, and may be used again: each time is a new call.
    /// </summary>
    /// <returns>The response for the caller; that of a one-way call is ignored.</returns>
    public abstract Task<Response> CallAsync(
        GrainProxy target, Invocation call, CancellationToken cancellationToken);

    /// <summary>
    /// On a turn of the callee. <see cref="IInvokable.Invoke"/> of <paramref name="call"/> runs the method on
    /// <paramref name="context"/>'s grain.
    /// </summary>
    /// <returns>The response for the caller.</returns>
    public abstract Task<Response> ReceiveAsync(IGrainContext context, Invocation call);
}
