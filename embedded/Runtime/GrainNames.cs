using System.Reflection;
using Orleans;

namespace Engage.Embedded.Runtime;

/// <summary>The names of grain classes, by Orleans' rules, so that stored keys fit both engines.</summary>
internal static class GrainNames
{
    private const string ClassSuffix = "grain";

    public static string OfClass(Type type)
    {
        if (type.GetCustomAttribute<GrainTypeAttribute>() is { } attribute)
            return attribute.Name;
#pragma warning disable CA1308 // The name is lower case by Orleans' convention.
        var name = type.Name.ToLowerInvariant();
#pragma warning restore CA1308
        return name.Length > ClassSuffix.Length && name.EndsWith(ClassSuffix, StringComparison.Ordinal)
            ? name[..^ClassSuffix.Length]
            : name;
    }

    /// <summary>True when <c>IFooGrain</c> is implemented by <c>FooGrain</c>, or by <c>Foo</c>.</summary>
    public static bool AreConventionalPair(Type grainInterface, Type grainClass)
    {
        var name = grainInterface.Name;
        return name.StartsWith('I') && string.Equals(name[1..], grainClass.Name, StringComparison.Ordinal);
    }
}
