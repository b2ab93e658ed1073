using System.Reflection;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Engage.Embedded.Runtime;

/// <summary>The predicate of a class with <see cref="MayInterleaveAttribute"/>.</summary>
internal abstract class InterleavingRule
{
    public abstract bool Allows(object grain, IInvokable call);

    /// <summary>Null when the class has no such attribute.</summary>
    public static InterleavingRule? Of(Type grainClass)
    {
        if (grainClass.GetCustomAttribute<MayInterleaveAttribute>() is not { } attribute)
            return null;
        var method = grainClass.GetMethod(
            attribute.CallbackMethodName,
            BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.FlattenHierarchy,
            [typeof(IInvokable)]);
        if (method is null || method.ReturnType != typeof(bool))
            throw new OrleansConfigurationException(
                $"[MayInterleave] of {grainClass} names {attribute.CallbackMethodName}; expected a public method "
                + $"\"bool {attribute.CallbackMethodName}({nameof(IInvokable)} req)\", static or not.");
        return method.IsStatic
            ? new StaticRule(method.CreateDelegate<Func<IInvokable, bool>>())
            : (InterleavingRule)Activator.CreateInstance(typeof(InstanceRule<>).MakeGenericType(grainClass), method)!;
    }

    private sealed class StaticRule(Func<IInvokable, bool> predicate) : InterleavingRule
    {
        public override bool Allows(object grain, IInvokable call) => predicate(call);
    }

    private sealed class InstanceRule<TGrain>(MethodInfo method) : InterleavingRule
    {
        private readonly Func<TGrain, IInvokable, bool> _predicate =
            method.CreateDelegate<Func<TGrain, IInvokable, bool>>();

        public override bool Allows(object grain, IInvokable call) => _predicate((TGrain)grain, call);
    }
}
