using System.Reflection;
using System.Runtime.ExceptionServices;
using Engage.Embedded.CodeGeneration;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Engage.Embedded.Filters;

/// <summary>
/// A call on its way through filters. The stage goes back when a filter returns, so it may go on again.
/// </summary>
internal abstract class FilteredCall<TFilter>(Invocation call, TFilter[] filters)
    where TFilter : class
{
    private int _stage;

    public IInvokable Request => call;

    public abstract GrainId TargetId { get; }

    public string InterfaceName => Request.GetInterfaceName();

    public string MethodName => Request.GetMethodName();

    public MethodInfo InterfaceMethod => Request.GetMethod();

    public object? Result
    {
        get => Response is { Exception: null } response ? response.Result : null;
        set => Response = Response.FromResult(value);
    }

    public Response? Response { get; set; }

    protected Invocation Call => call;

    public async Task Invoke()
    {
        if (_stage > filters.Length)
            throw new InvalidOperationException(
                $"{MethodName} of {TargetId} runs already; a filter cannot go on from it.");
        var stage = _stage++;
        try
        {
            if (stage == filters.Length)
                await MakeCallAsync();
            else
                await RunAsync(filters[stage]);
        }
        finally
        {
            _stage--;
        }
    }

    protected abstract Task RunFilter(TFilter filter);

    protected abstract Task<Response> RunCall();

    private async Task RunAsync(TFilter filter)
    {
        await RunFilter(filter);
        if (Response is null)
            throw new InvalidOperationException(
                $"Call filter {filter.GetType()} ended {MethodName} of {TargetId} without a result: it neither awaited "
                + "context.Invoke() nor set context.Result.");
    }

    private async Task MakeCallAsync()
    {
        Response = await RunCall();
        if (Response.Exception is { } exception)
            ExceptionDispatchInfo.Throw(exception);
    }
}

internal sealed class OutgoingCall(
    GrainProxy target, Invocation call, IOutgoingGrainCallFilter[] filters, CancellationToken cancellationToken)
    : FilteredCall<IOutgoingGrainCallFilter>(call, filters), IOutgoingGrainCallContext
{
    public object Grain => target;

    public IGrainContext? SourceContext { get; } = RuntimeContext.Current;

    public GrainId? SourceId => SourceContext?.GrainId;

    public override GrainId TargetId => target.GrainId;

    public GrainInterfaceType InterfaceType => target.InterfaceType;

    protected override Task RunFilter(IOutgoingGrainCallFilter filter) => filter.Invoke(this);

    protected override Task<Response> RunCall() => target.SendAsync(Call, cancellationToken);
}

internal sealed class IncomingCall(IGrainContext context, Invocation call, IIncomingGrainCallFilter[] filters)
    : FilteredCall<IIncomingGrainCallFilter>(call, filters), IIncomingGrainCallContext
{
    public object Grain => context.GrainInstance!;

    public IGrainContext TargetContext => context;

    public override GrainId TargetId => context.GrainId;

    public GrainId? SourceId { get; } = call.CallerId;

    public GrainInterfaceType InterfaceType { get; } = call.InterfaceType;

    public MethodInfo ImplementationMethod
    {
        get
        {
            var map = Grain.GetType().GetInterfaceMap(InterfaceMethod.DeclaringType!);
            return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, InterfaceMethod)];
        }
    }

    protected override Task RunFilter(IIncomingGrainCallFilter filter) => filter.Invoke(this);

    protected override async Task<Response> RunCall() => await Request.Invoke();
}
