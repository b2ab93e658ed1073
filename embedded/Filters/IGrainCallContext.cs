using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans;

/// <summary>
/// A filter of calls as a delegate; it awaits <see cref="IGrainCallContext.Invoke"/> to let the call go on.
/// </summary>
public delegate Task OutgoingGrainCallFilterDelegate(IOutgoingGrainCallContext context);

/// <inheritdoc cref="OutgoingGrainCallFilterDelegate"/>
public delegate Task IncomingGrainCallFilterDelegate(IIncomingGrainCallContext context);

/// <summary>Looks at calls where they arrive, on a turn of the callee, before and after the method runs.</summary>
/// <remarks>
/// Registered filters run in the order of their registration, then the grain's own if its class implements this
/// interface, then the method. A filter that neither awaits <see cref="IGrainCallContext.Invoke"/> nor sets a result
/// fails the call.
/// </remarks>
public interface IIncomingGrainCallFilter
{
    Task Invoke(IIncomingGrainCallContext context);
}

/// <summary>Looks at calls where they leave, in the context of the caller. Registered filters run in order.</summary>
public interface IOutgoingGrainCallFilter
{
    Task Invoke(IOutgoingGrainCallContext context);
}

/// <summary>A call on its way through filters. A filter may read and change arguments, result and response.</summary>
public interface IGrainCallContext
{
    IInvokable Request { get; }

    /// <summary>Where the call arrives, the grain; where it leaves, its reference.</summary>
    object Grain { get; }

    /// <summary>The grain that called; null when the call came from outside of grains.</summary>
    GrainId? SourceId { get; }

    GrainId TargetId { get; }

    GrainInterfaceType InterfaceType { get; }

    string InterfaceName { get; }

    string MethodName { get; }

    MethodInfo InterfaceMethod { get; }

    /// <summary>The result; setting it ends the call well, whatever happened.</summary>
    object? Result { get; set; }

    /// <summary>Null until the call was made.</summary>
    Response? Response { get; set; }

    /// <summary>Goes on with the next filter, or the call itself; throws what that throws. May be repeated.</summary>
    Task Invoke();
}

/// <summary>A call that arrives.</summary>
public interface IIncomingGrainCallContext : IGrainCallContext
{
    IGrainContext TargetContext { get; }

    /// <summary>The method of the grain's class.</summary>
    MethodInfo ImplementationMethod { get; }
}

/// <summary>A call that leaves.</summary>
public interface IOutgoingGrainCallContext : IGrainCallContext
{
    /// <summary>The activation that calls; null outside of grains.</summary>
    IGrainContext? SourceContext { get; }
}
