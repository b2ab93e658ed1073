using System.ComponentModel;
using System.Reflection;

namespace Engage.Embedded.CodeGeneration;

/// <summary>A method of a grain or observer interface; one object per method, made by generated code.</summary>
/// <param name="declaringInterface">The interface that declares it, closed if generic.</param>
/// <param name="interfaceName">The name by which the called interface is known.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CallMethod(
    Type declaringInterface, string interfaceName, string name, CallOptions options, params Type[] parameterTypes)
{
    private readonly string _display = $"{interfaceName}.{name}";
    private MethodInfo? _info;

    public Type DeclaringInterface { get; } = declaringInterface;

    public string Name { get; } = name;

    public CallOptions Options { get; } = options;

    public int ParameterCount => parameterTypes.Length;

    /// <summary>Looked up when first asked for: only call filters do.</summary>
    public MethodInfo Info => _info ??= DeclaringInterface.GetMethod(Name, parameterTypes)
        ?? throw new MissingMethodException(DeclaringInterface.FullName, Name);

    /// <summary>Interface and method, for messages to people.</summary>
    public override string ToString() => _display;
}

/// <summary>Copies arguments and results, so that two grains never share an object.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ICallCopier
{
    T Copy<T>(T value);
}
