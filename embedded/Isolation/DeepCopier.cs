using System.Collections.Concurrent;
using Engage.Embedded.CodeGeneration;

namespace Engage.Embedded.Isolation;

/// <summary>
/// Strict isolation: arguments and results are copied as Orleans would copy them, by <c>[Id]</c> members, and a type
/// that Orleans could not send is refused.
/// </summary>
/// <remarks>
/// For tests: it finds the grain that changes what it sent, keeps what it was given, or sends what no cluster can, at
/// the price of a copy by reflection. In production the one process shares what crosses, which is why everything that
/// crosses has to be left unchanged by both sides.
/// </remarks>
internal sealed class DeepCopier : ICallCopier
{
    private readonly ConcurrentDictionary<Type, CopyPlan> _plans = new();

    public T Copy<T>(T value) => (T)Copy(value, new(this))!;

    internal object? Copy(object? value, CopyContext context)
    {
        if (value is null)
            return null;
        var plan = PlanOf(value.GetType());
        if (plan.IsShallow)
            return value;
        return context.TryGetCopy(value, out var copy) ? copy : plan.Copy(value, context);
    }

    internal CopyPlan PlanOf(Type type) => _plans.TryGetValue(type, out var plan)
        ? plan
        : _plans.GetOrAdd(type, CopyPlans.For(type, this));
}

/// <summary>One copy of one value: an object met twice is copied once, so cycles end and sharing stays.</summary>
internal sealed class CopyContext(DeepCopier copier)
{
    private Dictionary<object, object>? _copies;

    public object? Copy(object? value) => copier.Copy(value, this);

    public bool TryGetCopy(object original, out object? copy)
    {
        copy = null;
        return _copies is not null && _copies.TryGetValue(original, out copy);
    }

    public T Remember<T>(object original, T copy)
        where T : notnull
    {
        (_copies ??= new(ReferenceEqualityComparer.Instance))[original] = copy;
        return copy;
    }
}

/// <summary>How values of one type are copied; null means that the value itself crosses.</summary>
internal sealed record CopyPlan(Func<object, CopyContext, object>? Copying)
{
    public static readonly CopyPlan Shallow = new((Func<object, CopyContext, object>?)null);

    public bool IsShallow => Copying is null;

    public object Copy(object value, CopyContext context) => Copying!(value, context);
}
