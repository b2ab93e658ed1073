using Engage.Embedded.CodeGeneration;

namespace Engage.Embedded.Runtime;

/// <summary>
/// What calls of a silo undergo besides being delivered: filters, and copying of arguments and results. There is none
/// unless something was registered, and calls then ask no further.
/// </summary>
internal sealed record CallTreatment(CallInterceptor? Outgoing, CallInterceptor? Incoming, ICallCopier? Copier)
{
    /// <summary>Of the callee's class; null where no filter is interested.</summary>
    public CallInterceptor? IncomingOf(IRequestHost host) =>
        Incoming is not null && host is Activation { Class.IsIntercepted: true } ? Incoming : null;

    /// <summary>Reads what is registered, and marks the classes whose calls are filtered.</summary>
    public static CallTreatment? For(CallInterceptor? interceptor, ICallCopier? copier, IEnumerable<GrainClass> classes)
    {
        var isIncoming = false;
        foreach (var grainClass in interceptor is null ? [] : classes)
            isIncoming |= grainClass.IsIntercepted = interceptor!.InterceptsIncoming(grainClass.Type);
        var outgoing = interceptor is { InterceptsOutgoing: true } ? interceptor : null;
        var incoming = isIncoming ? interceptor : null;
        return outgoing is null && incoming is null && copier is null ? null : new(outgoing, incoming, copier);
    }
}
