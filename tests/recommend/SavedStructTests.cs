using System.Reflection;
using System.Runtime.CompilerServices;
using Engage.Neural;

namespace Engage.Recommend.Tests;

/// <summary>
/// Structs are saved as their bytes. What alignment leaves between the fields, or behind the last, is whatever lay in
/// memory when the code that the compiler happened to make copied the struct: seen once in some dozens of runs, when
/// methods were compiled anew between two models that should have been saved alike.
/// </summary>
public sealed class SavedStructTests
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    [Fact]
    public void NoByteOfAStructThatAModelKeepsIsNobodys()
    {
        var kept = KeptStructs();

        Assert.Superset(
            new HashSet<Type>
            {
                typeof(ShownEntry), typeof(ResolvedImpression), typeof(ReplayedExample), typeof(ItemStats),
                typeof(ItemFacts),
            },
            kept);
        Assert.All(kept, type => Assert.True(
            SizeOf(type) == type.GetFields(Fields).Sum(field => SizeOf(field.FieldType)),
            $"{type.Name} has {SizeOf(type)} bytes, of which no field has some; give them to one."));
    }

    /// <summary>Elements of arrays, lists and tables that the carried parts of a model consist of; but for the actions
    /// that the outlook looks at, which only pass through.</summary>
    private static HashSet<Type> KeptStructs() =>
    [
        .. typeof(Recommender).Assembly.GetTypes()
            .Where(part => part.GetMethods(Fields).Any(method =>
                method.Name == nameof(OnlineLearner.Carry)
                && method.GetParameters() is [{ ParameterType: var state }, ..] && state == typeof(ModelState)))
            .SelectMany(part => part.GetFields(Fields)).Select(field => ElementOf(field.FieldType)).OfType<Type>()
            .Where(element => element is { IsValueType: true, IsPrimitive: false, IsEnum: false, IsGenericType: false }
                && element != typeof(UserAction) && !HasReferences(element)),
    ];

    private static Type? ElementOf(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() is var definition
            && (definition == typeof(List<>) || definition == typeof(PagedTable<>)) ? type.GetGenericArguments()[0]
        : null;

    private static bool HasReferences(Type type) => (bool)Invoke(
        nameof(RuntimeHelpers.IsReferenceOrContainsReferences), typeof(RuntimeHelpers), type);

    private static int SizeOf(Type type) => (int)Invoke(nameof(Unsafe.SizeOf), typeof(Unsafe), type);

    private static object Invoke(string method, Type of, Type with) =>
        of.GetMethod(method)!.MakeGenericMethod(with).Invoke(null, null)!;
}
