using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Orleans.Serialization.Invocation;

/// <summary>How a call ended: with a result, without one, or with an exception.</summary>
public abstract class Response : IDisposable
{
    /// <summary>It ended without a result.</summary>
    public static Response Completed => CompletedResponse.Instance;

    /// <summary>The result; reading it throws the exception if there is one.</summary>
    public abstract object? Result { get; set; }

    public abstract Exception? Exception { get; set; }

    public static Response FromException(Exception exception) => new ExceptionResponse { Exception = exception };

    public static Response FromResult<TResult>(TResult value) => new Response<TResult> { TypedResult = value };

    public virtual Type? GetSimpleResultType() => null;

    /// <summary>The result; throws the exception, with its stack, if there is one.</summary>
    [return: MaybeNull]
    public abstract T GetResult<T>();

    public abstract void Dispose();

    public override string ToString() => Exception?.ToString() ?? Result?.ToString() ?? "[null]";
}

public sealed class CompletedResponse : Response
{
    public static CompletedResponse Instance { get; } = new();

    public override object? Result
    {
        get => null;
        set => throw new InvalidOperationException("A response without a result cannot be given one.");
    }

    public override Exception? Exception
    {
        get => null;
        set => throw new InvalidOperationException("A response without a result cannot be given an exception.");
    }

    [return: MaybeNull]
    public override T GetResult<T>() => default;

    public override void Dispose()
    {
    }

    public override string ToString() => "[Completed]";
}

public sealed class ExceptionResponse : Response
{
    public override object? Result
    {
        get => GetResult<object>();
        set => throw new InvalidOperationException("A response with an exception cannot be given a result.");
    }

    public override Exception? Exception { get; set; }

    [return: MaybeNull]
    public override T GetResult<T>()
    {
        ExceptionDispatchInfo.Throw(Exception!);
        return default;
    }

    public override void Dispose()
    {
    }
}

public sealed class Response<TResult> : Response
{
    public TResult? TypedResult { get; set; }

    public override object? Result
    {
        get => TypedResult;
        set => TypedResult = (TResult?)value;
    }

    public override Exception? Exception
    {
        get => null;
        set => throw new InvalidOperationException("A response with a result cannot be given an exception.");
    }

    public override Type GetSimpleResultType() => typeof(TResult);

    public override T GetResult<T>() => (T)(object?)TypedResult!;

    public override void Dispose() => TypedResult = default;
}
