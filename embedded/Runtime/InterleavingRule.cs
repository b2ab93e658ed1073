using System.Reflection;
using Engage.Embedded.CodeGeneration;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Engage.Embedded.Runtime;

/// <summary>The predicate of a class with <see cref="MayInterleaveAttribute"/>.</summary>
internal abstract class InterleavingRule
{
    /// <summary>On a turn. If the predicate fails, the request is let in, to be answered by the exception.</summary>
    public bool Lets(Request request, Activation activation)
    {
        if (request is not Invocation call)
            return false;
        try
        {
            return Allows(activation.GrainInstance!, call);
        }
#pragma warning disable CA1031 // Whatever the predicate throws is the answer to the call.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.InterleavingRuleFailed(
                activation.Class.Silo.Logger, exception, activation.GrainId, call.Method.ToString());
            activation.Extras.Refuse(request, exception);
            return true;
        }
    }

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

    protected abstract bool Allows(object grain, IInvokable call);

    private sealed class StaticRule(Func<IInvokable, bool> predicate) : InterleavingRule
    {
        protected override bool Allows(object grain, IInvokable call) => predicate(call);
    }

    private sealed class InstanceRule<TGrain>(MethodInfo method) : InterleavingRule
    {
        private readonly Func<TGrain, IInvokable, bool> _predicate =
            method.CreateDelegate<Func<TGrain, IInvokable, bool>>();

        protected override bool Allows(object grain, IInvokable call) => _predicate((TGrain)grain, call);
    }
}
