using System.Reflection;
using Engage.Contracts;
using Orleans;
using Orleans.Runtime;

namespace Engage.Contracts.Tests;

/// <summary>
/// Everything that crosses a grain boundary: from the methods of grains and observers, through all members.
/// </summary>
internal static class WireTypes
{
    private const BindingFlags Own =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Assembly Contracts = typeof(UserId).Assembly;

    public static IReadOnlyList<Type> Interfaces { get; } =
    [
        .. Contracts.GetTypes()
            .Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal),
    ];

    /// <summary>Our own types; those of the framework have codecs of Orleans' own.</summary>
    public static IReadOnlyList<Type> Types { get; } = Walk();

    public static IEnumerable<MethodInfo> MethodsOf(Type grainInterface) =>
        grainInterface.GetMethods().Where(method => method.IsAbstract);

    /// <summary>The members that cross, by id; without <c>[Id]</c> a member stays behind.</summary>
    public static IEnumerable<(uint Id, MemberInfo Member, Type Type)> MembersOf(Type type) =>
        from member in type.GetMembers(Own)
        let id = member.GetCustomAttribute<IdAttribute>()
        where id is not null
        orderby id.Id
        select (id.Id, member, member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType);

    /// <summary>What holds the state of a type: fields, and the properties of automatic ones.</summary>
    public static IEnumerable<MemberInfo> StateOf(Type type) =>
        from field in type.GetFields(Own)
        let end = field.Name.IndexOf('>', StringComparison.Ordinal)
        select field.Name.StartsWith('<')
            ? type.GetProperty(
                field.Name[1..end], BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                ?? (MemberInfo)field
            : field;

    /// <summary>A type as a reader would write it, with the alias where it has one.</summary>
    public static string NameOf(Type type)
    {
        if (type.IsArray)
            return $"{NameOf(type.GetElementType()!)}[]";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{NameOf(underlying)}?";
        if (type.IsGenericParameter)
            return type.Name;
        if (type.GetCustomAttribute<AliasAttribute>(inherit: false) is { } alias && !type.IsConstructedGenericType)
            return alias.Alias;
        if (!type.IsGenericType)
            return type.Name;
        var arguments = string.Join(", ", type.GetGenericArguments().Select(NameOf));
        return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{arguments}>";
    }

    private static List<Type> Walk()
    {
        var found = new HashSet<Type>();
        foreach (var method in Interfaces.SelectMany(MethodsOf))
        {
            Visit(method.ReturnType, found);
            foreach (var parameter in method.GetParameters())
                Visit(parameter.ParameterType, found);
        }

        return [.. found.OrderBy(type => type.FullName, StringComparer.Ordinal)];
    }

    private static void Visit(Type type, HashSet<Type> found)
    {
        if (type.HasElementType)
        {
            Visit(type.GetElementType()!, found);
            return;
        }

        foreach (var argument in type.GetGenericArguments())
            Visit(argument, found);
        if (type.IsGenericType)
            type = type.GetGenericTypeDefinition();
        if (type.Assembly != Contracts || type.IsGenericParameter || type.IsAssignableTo(typeof(IAddressable)))
            return;
        if (!found.Add(type))
            return;
        foreach (var (_, _, member) in MembersOf(type))
            Visit(member, found);
        foreach (var derived in Contracts.GetTypes().Where(other => other.IsSubclassOf(type)))
            Visit(derived, found);
    }
}
