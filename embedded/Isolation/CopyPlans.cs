using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Engage.Embedded.Isolation;

/// <summary>Finds the plan for a type: known values, collections, and <c>[GenerateSerializer]</c> types.</summary>
internal static class CopyPlans
{
    private static readonly HashSet<Type> Values =
    [
        typeof(string), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly),
        typeof(TimeOnly), typeof(Guid), typeof(Uri), typeof(Version), typeof(Half), typeof(Int128), typeof(UInt128),
        typeof(BigInteger), typeof(CultureInfo), typeof(IPAddress), typeof(IPEndPoint), typeof(CancellationToken),
        typeof(GrainId), typeof(GrainType), typeof(GrainInterfaceType), typeof(IdSpan), typeof(ActivationId),
    ];

    /// <summary>Generic types whose elements are copied into a new one.</summary>
    private static readonly Dictionary<Type, string> Collections = new()
    {
        [typeof(List<>)] = nameof(CollectionCopies.List),
        [typeof(HashSet<>)] = nameof(CollectionCopies.HashSet),
        [typeof(SortedSet<>)] = nameof(CollectionCopies.SortedSet),
        [typeof(Queue<>)] = nameof(CollectionCopies.Queue),
        [typeof(Stack<>)] = nameof(CollectionCopies.Stack),
        [typeof(Dictionary<,>)] = nameof(CollectionCopies.Dictionary),
        [typeof(SortedDictionary<,>)] = nameof(CollectionCopies.SortedDictionary),
        [typeof(ConcurrentDictionary<,>)] = nameof(CollectionCopies.ConcurrentDictionary),
        [typeof(ReadOnlyCollection<>)] = nameof(CollectionCopies.ReadOnlyCollection),
        [typeof(ReadOnlyDictionary<,>)] = nameof(CollectionCopies.ReadOnlyDictionary),
        [typeof(ImmutableArray<>)] = nameof(CollectionCopies.ImmutableArray),
        [typeof(ImmutableList<>)] = nameof(CollectionCopies.ImmutableList),
        [typeof(ImmutableHashSet<>)] = nameof(CollectionCopies.ImmutableHashSet),
        [typeof(ImmutableDictionary<,>)] = nameof(CollectionCopies.ImmutableDictionary),
        [typeof(KeyValuePair<,>)] = nameof(CollectionCopies.Pair),
    };

    public static CopyPlan For(Type type, DeepCopier copier)
    {
        if (IsValue(type))
            return CopyPlan.Shallow;
        if (type.IsArray)
            return OfArray(type.GetElementType()!, copier);
        if (type.IsGenericType && Collections.TryGetValue(type.GetGenericTypeDefinition(), out var method))
            return OfCollection(type, method, copier);
        if (type.IsAssignableTo(typeof(ITuple)) && type.Assembly == typeof(object).Assembly)
            return MemberCopies.For(type, MemberCopies.AllFields(type), copier);
        if (type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
            return MemberCopies.For(type, MemberCopies.SerializedFields(type), copier);
        throw NotSerializable(type);
    }

    /// <summary>True when the value itself may be shared, whatever it holds.</summary>
    public static bool IsValue(Type type) =>
        type.IsPrimitive
        || type.IsEnum
        || Values.Contains(type)
        || type.IsDefined(typeof(ImmutableAttribute), inherit: false)
        || type.IsAssignableTo(typeof(GrainReference))
        || type.IsAssignableTo(typeof(Exception))
        || type.IsAssignableTo(typeof(Type))
        || type.IsAssignableTo(typeof(CultureInfo))
        || type.IsAssignableTo(typeof(IPAddress))
        || type == typeof(object);

    private static CopyPlan OfArray(Type element, DeepCopier copier)
    {
        if (IsShallowAsElement(element, copier))
            return new(static (value, context) => context.Remember(value, ((Array)value).Clone()));
        return new(static (value, context) =>
        {
            var copy = context.Remember(value, (Array)((Array)value).Clone());
            foreach (var index in IndexesOf(copy))
                copy.SetValue(context.Copy(copy.GetValue(index)), index);
            return copy;
        });
    }

    private static CopyPlan OfCollection(Type type, string method, DeepCopier copier)
    {
        // Immutable collections of values may be shared; others have to be copied even then.
        var isImmutable = type.Namespace == typeof(ImmutableArray).Namespace || type.IsValueType;
        if (isImmutable && type.GetGenericArguments().All(element => IsShallowAsElement(element, copier)))
            return CopyPlan.Shallow;
        var copy = typeof(CollectionCopies)
            .GetMethod(method, BindingFlags.Public | BindingFlags.Static)!
            .MakeGenericMethod(type.GetGenericArguments())
            .CreateDelegate<Func<object, CopyContext, object>>();
        return new(copy);
    }

    /// <summary>Whether every value of the declared type may be shared, so that it need not be looked at.</summary>
    private static bool IsShallowAsElement(Type declared, DeepCopier copier) =>
        (declared.IsSealed || declared.IsValueType)
        && declared != typeof(object)
        && (Nullable.GetUnderlyingType(declared) is { } underlying
            ? copier.PlanOf(underlying).IsShallow
            : IsValue(declared) || (declared.IsValueType && copier.PlanOf(declared).IsShallow));

    private static IEnumerable<int[]> IndexesOf(Array array)
    {
        var index = Enumerable.Range(0, array.Rank).Select(array.GetLowerBound).ToArray();
        for (var count = array.Length; count > 0; count--)
        {
            yield return index;
            for (var rank = array.Rank - 1; rank >= 0 && ++index[rank] > array.GetUpperBound(rank) && rank > 0; rank--)
                index[rank] = array.GetLowerBound(rank);
        }
    }

    private static CodecNotFoundException NotSerializable(Type type)
    {
        var wayOut = type switch
        {
            _ when type.IsAssignableTo(typeof(IGrainObserver)) =>
                "It is an observer object: send its reference, from IGrainFactory.CreateObjectReference.",
            _ when type.IsAssignableTo(typeof(IGrainBase)) => "It is a grain: send this.AsReference<T>().",
            _ when type.IsAssignableTo(typeof(Delegate)) => "It is a delegate: code does not cross, only data does.",
            _ when type.IsDefined(typeof(CompilerGeneratedAttribute)) =>
                "It is made by the compiler, for a query or for a collection expression of an interface type: end it "
                + "by ToArray() or ToList(), or declare the type.",
            _ when type.IsAssignableTo(typeof(IEnumerable)) => "Send an array, a list or a dictionary instead.",
            _ => "Mark it [GenerateSerializer] and its members [Id(n)], or send another type.",
        };
        return new($"{type} crosses between grains and Orleans could not send it. {wayOut}");
    }
}
