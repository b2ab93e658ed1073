using System.Reflection;

namespace Engage.Api.Tests;

/// <summary>A grain factory that knows one grain, which is whatever is asked for.</summary>
public class OneGrainFactory : DispatchProxy
{
    private object? _grain;

    public static IGrainFactory Of(object grain)
    {
        var factory = Create<IGrainFactory, OneGrainFactory>();
        ((OneGrainFactory)(object)factory)._grain = grain;
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        "GetGrain" => _grain,
        "CreateObjectReference" => args![0],
        _ => throw new NotSupportedException(targetMethod.Name),
    };
}
