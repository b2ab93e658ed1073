using System.Reflection;

namespace Orleans.Serialization.Invocation;

/// <summary>A call as data: its method, its arguments, and the means to run it.</summary>
/// <remarks>Valid while the call is under way: whoever keeps it longer sees neither arguments nor target.</remarks>
public interface IInvokable : IDisposable
{
    /// <summary>The grain or observer that the call runs on; null before it arrived there.</summary>
    object? GetTarget();

    void SetTarget(ITargetHolder holder);

    /// <summary>Runs the method on the target. A failure is a response too, not an exception.</summary>
    ValueTask<Response> Invoke();

    int GetArgumentCount();

    /// <exception cref="ArgumentOutOfRangeException">The call has no such argument.</exception>
    object? GetArgument(int index);

    /// <exception cref="ArgumentOutOfRangeException">The call has no such argument.</exception>
    void SetArgument(int index, object value);

    string GetMethodName();

    /// <summary>The full name of the interface that declares the method.</summary>
    string GetInterfaceName();

    /// <summary>Interface and method.</summary>
    string GetActivityName();

    /// <summary>The method of the interface.</summary>
    MethodInfo GetMethod();

    /// <summary>The interface that declares the method.</summary>
    Type GetInterfaceType();

    TimeSpan? GetDefaultResponseTimeout() => default;

    CancellationToken GetCancellationToken() => default;

    bool TryCancel() => false;

    bool IsCancellable => false;
}

/// <summary>Has the target of a call.</summary>
public interface ITargetHolder
{
    object? GetTarget();

    object? GetComponent(Type componentType);
}
