using Engage.Embedded.CodeGeneration;
using Engage.Embedded.Runtime;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Engage.Embedded.Filters;

/// <summary>Runs the registered call filters around calls.</summary>
internal sealed class CallFilters(
    IEnumerable<IOutgoingGrainCallFilter> outgoing, IEnumerable<IIncomingGrainCallFilter> incoming) : CallInterceptor
{
    private readonly IOutgoingGrainCallFilter[] _outgoing = [.. outgoing];
    private readonly IIncomingGrainCallFilter[] _incoming = [.. incoming];

    public override bool InterceptsOutgoing => _outgoing.Length > 0;

    public override bool InterceptsIncoming(Type grainClass) =>
        _incoming.Length > 0 || grainClass.IsAssignableTo(typeof(IIncomingGrainCallFilter));

    public override async Task<Response> CallAsync(
        GrainProxy target, Invocation call, CancellationToken cancellationToken)
    {
        var context = new OutgoingCall(target, call, _outgoing, cancellationToken);
        await context.Invoke();
        return context.Response!;
    }

    public override async Task<Response> ReceiveAsync(IGrainContext context, Invocation call)
    {
        var filters = context.GrainInstance is IIncomingGrainCallFilter own ? [.. _incoming, own] : _incoming;
        var incoming = new IncomingCall(context, call, filters);
        await incoming.Invoke();
        return incoming.Response!;
    }
}
