using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Engage.Embedded.Generator;

/// <summary>Reads grain and observer interfaces, and grain classes, from symbols.</summary>
internal static class ModelReader
{
    public static Finding? Read(INamedTypeSymbol type)
    {
        if (type.TypeKind == TypeKind.Interface && type.IsAddressable() && !type.IsOfOrleans())
            return ReadInterface(type);
        if (type.TypeKind == TypeKind.Class && !type.IsAbstract && type.Implements("Orleans", "IGrainBase"))
            return ReadClass(type);
        return null;
    }

    private static Finding ReadInterface(INamedTypeSymbol type)
    {
        var complaints = new List<Complaint>();
        if (type.IsHidden())
            complaints.Add(type.Complaint($"{type.Name}: a grain interface must be internal or public"));
        var methods = new List<MethodModel>();
        foreach (var owner in type.AllInterfaces.Add(type))
        {
            foreach (var member in owner.GetMembers().Where(member => !member.IsStatic && member.IsAbstract))
            {
                if (Unsupported(member) is { } why)
                    Complain(complaints, type, owner, member, why);
                else if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary } method)
                    methods.Add(ReadMethod(owner, method));
            }
        }

        // A generic interface cannot be addressed by itself, but interfaces that close it inherit its methods.
        var model = complaints.Count > 0 || type.IsGenericType
            ? null
            : new InterfaceModel(type.FullName(), NameOf(type), Identifier(type), new(methods));
        return new(model, null, new(complaints));
    }

    /// <summary>Once: where the member is written, or where a grain interface inherits it from another kind.</summary>
    private static void Complain(
        List<Complaint> complaints, INamedTypeSymbol type, INamedTypeSymbol owner, ISymbol member, string why)
    {
        if (SymbolEqualityComparer.Default.Equals(owner, type))
            complaints.Add(member.Complaint(why));
        else if (!owner.IsAddressable())
            complaints.Add(type.Complaint($"{type.Name} inherits from {owner.Name} what is not supported: {why}"));
    }

    private static Finding ReadClass(INamedTypeSymbol type)
    {
        if (type.IsGenericType)
            return Refusal(type, "generic grain classes are not supported by this engine");
        return type.IsHidden()
            ? Refusal(type, "a grain class must be internal or public")
            : new(null, type.FullName(), default);
    }

    private static Finding Refusal(INamedTypeSymbol type, string why) =>
        new(null, null, new([type.Complaint($"{type.Name}: {why}")]));

    private static string? Unsupported(ISymbol member) => member switch
    {
        IMethodSymbol { MethodKind: MethodKind.Ordinary } method => Unsupported(method),
        IMethodSymbol or INamedTypeSymbol => null,
        _ => $"{member.Name}: a grain interface has methods only, neither properties nor events",
    };

    private static string? Unsupported(IMethodSymbol method)
    {
        if (method.IsGenericMethod)
            return $"{method.Name}: generic methods are not supported by this engine";
        if (method.Parameters.Any(parameter => parameter.RefKind != RefKind.None))
            return $"{method.Name}: parameters cannot be passed by reference";
        if (method.Has("Orleans.Concurrency", "OneWayAttribute")
            && method.ReturnType is INamedTypeSymbol { Arity: > 0 })
            return $"{method.Name} is one-way and returns a value that nobody would get";
        return KindOf(method) is null
            ? $"{method.Name} returns {method.ReturnType}; expected Task, Task<T>, ValueTask, ValueTask<T>, "
                + "or void of an observer"
            : null;
    }

    private static MethodModel ReadMethod(INamedTypeSymbol owner, IMethodSymbol method)
    {
        var result = ((method.ReturnType as INamedTypeSymbol)?.TypeArguments.FirstOrDefault())?.FullName();
        var parameters = method.Parameters.Select(parameter => new ParameterModel(
            parameter.Type.FullName(),
            parameter.Name,
            parameter.Type.Is("System.Threading", "CancellationToken"),
            parameter.Type.TypeKind == TypeKind.Interface && parameter.Type.IsAddressable(),
            parameter.Has("Orleans", "ImmutableAttribute")));
        return new(
            owner.FullName(),
            method.Name,
            method.ReturnType.FullName(),
            result,
            KindOf(method)!.Value,
            Flags(method),
            Timeout(method),
            new(parameters.ToList()));
    }

    private static ReturnKind? KindOf(IMethodSymbol method)
    {
        var type = method.ReturnType;
        if (method.ReturnsVoid)
            return method.ContainingType.Implements("Orleans", "IGrainObserver") ? ReturnKind.Void : null;
        if (type is not INamedTypeSymbol { ContainingNamespace: { } space } named
            || space.ToDisplayString() != "System.Threading.Tasks")
            return null;
        return (named.Name, named.Arity) switch
        {
            ("Task", 0) => ReturnKind.Task,
            ("Task", 1) => ReturnKind.TaskOfResult,
            ("ValueTask", 0) => ReturnKind.ValueTask,
            ("ValueTask", 1) => ReturnKind.ValueTaskOfResult,
            _ => null,
        };
    }

    private static string Flags(IMethodSymbol method)
    {
        var flags = new List<string>();
        if (method.ReturnsVoid || method.Has("Orleans.Concurrency", "OneWayAttribute"))
            flags.Add("OneWay");
        if (method.Has("Orleans.Concurrency", "ReadOnlyAttribute"))
            flags.Add("ReadOnly");
        if (method.Has("Orleans.Concurrency", "AlwaysInterleaveAttribute"))
            flags.Add("AlwaysInterleave");
        return string.Join("|", flags);
    }

    private static long? Timeout(IMethodSymbol method)
    {
        var attribute = method.GetAttributes()
            .FirstOrDefault(a => a.AttributeClass.Is("Orleans", "ResponseTimeoutAttribute"));
        return attribute?.ConstructorArguments.FirstOrDefault().Value is string text
            && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var timeout) ? timeout.Ticks : null;
    }

    private static string NameOf(INamedTypeSymbol type)
    {
        var alias = type.GetAttributes().FirstOrDefault(a => a.AttributeClass.Is("Orleans", "AliasAttribute"));
        return alias?.ConstructorArguments.FirstOrDefault().Value as string ?? type.ToDisplayString();
    }

    private static string Identifier(INamedTypeSymbol type) =>
        string.Concat(type.ToDisplayString().Select(c => char.IsLetterOrDigit(c) ? c : '_'));
}
