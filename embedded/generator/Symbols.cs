using Microsoft.CodeAnalysis;

namespace Engage.Embedded.Generator;

/// <summary>Questions about symbols.</summary>
internal static class Symbols
{
    public static string FullName(this ITypeSymbol type) =>
        type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    public static bool Is(this ISymbol? symbol, string space, string name) =>
        symbol is not null && symbol.Name == name && symbol.ContainingNamespace?.ToDisplayString() == space;

    public static bool Implements(this ITypeSymbol type, string space, string name) =>
        type.Is(space, name) || type.AllInterfaces.Any(other => other.Is(space, name));

    public static bool IsAddressable(this ITypeSymbol type) =>
        type.Implements("Orleans", "IGrain") || type.Implements("Orleans", "IGrainObserver");

    public static bool IsOfOrleans(this ITypeSymbol type) =>
        type.ContainingNamespace?.ToDisplayString() is "Orleans" or "Orleans.Runtime";

    /// <summary>True when generated code cannot name the type.</summary>
    public static bool IsHidden(this INamedTypeSymbol type) =>
        type.DeclaredAccessibility
            is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal
        || type.IsFileLocal
        || type.ContainingType?.IsHidden() == true;

    public static bool Has(this ISymbol symbol, string space, string name) =>
        symbol.GetAttributes().Any(attribute => attribute.AttributeClass.Is(space, name));

    public static Complaint Complaint(this ISymbol symbol, string message)
    {
        var location = symbol.Locations[0];
        var start = location.GetLineSpan().StartLinePosition;
        return new(
            message,
            location.SourceTree?.FilePath ?? "",
            location.SourceSpan.Start,
            location.SourceSpan.Length,
            start.Line,
            start.Character);
    }
}
