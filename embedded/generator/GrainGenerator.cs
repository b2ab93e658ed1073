using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Engage.Embedded.Generator;

/// <summary>
/// Writes, for each grain or observer interface, a proxy and one invocation class per method, and for the assembly a
/// manifest that names them and the grain classes. Calls then need no reflection, and start-up scans no types.
/// </summary>
[Generator]
public sealed class GrainGenerator : IIncrementalGenerator
{
    private static readonly DiagnosticDescriptor Unsupported = new(
        "ENGAGE001", "Not supported by the embedded engine", "{0}", "Grains", DiagnosticSeverity.Error, true);

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var findings = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => node is InterfaceDeclarationSyntax { BaseList: not null }
                    or ClassDeclarationSyntax { BaseList: not null },
                static (node, token) => node.SemanticModel.GetDeclaredSymbol(node.Node, token) is INamedTypeSymbol type
                    ? ModelReader.Read(type)
                    : null)
            .Where(static finding => finding is not null);

        context.RegisterSourceOutput(findings, static (output, finding) => Report(output, finding!));

        var interfaces = findings
            .Select(static (finding, _) => finding!.Interface)
            .Where(static model => model is not null)
            .Collect();
        var classes = findings
            .Select(static (finding, _) => finding!.Class)
            .Where(static type => type is not null)
            .Collect();
        var parts = context.CompilationProvider.Select(static (compilation, _) => PartsOf(compilation));

        context.RegisterSourceOutput(interfaces, static (output, models) =>
        {
            foreach (var model in models.Distinct())
                output.AddSource($"{model!.Identifier}.g.cs", ProxyWriter.Write(model));
        });
        context.RegisterSourceOutput(interfaces.Combine(classes).Combine(parts), static (output, all) =>
        {
            var ((models, types), names) = all;
            if (models.Length + types.Length + names.All.Count > 0)
                output.AddSource("GrainManifest.g.cs", ManifestWriter.Write(
                    models.Distinct().ToList()!, types.Distinct().ToList()!, names.All));
        });
    }

    private static void Report(SourceProductionContext output, Finding finding)
    {
        foreach (var complaint in finding.Complaints.All)
        {
            var start = new LinePosition(complaint.Line, complaint.Column);
            var location = Location.Create(
                complaint.File,
                new TextSpan(complaint.Start, complaint.Length),
                new LinePositionSpan(start, new(complaint.Line, complaint.Column + complaint.Length)));
            output.ReportDiagnostic(Diagnostic.Create(Unsupported, location, complaint.Message));
        }
    }

    /// <summary>The referenced assemblies that have grains, or name others that have.</summary>
    private static Items<string> PartsOf(Compilation compilation) => new(compilation.SourceModule
        .ReferencedAssemblySymbols
        .Where(assembly => assembly.GetAttributes().Any(attribute =>
            attribute.AttributeClass.Is("Engage.Embedded.CodeGeneration", "GrainManifestAttribute")
            || attribute.AttributeClass.Is("Orleans", "ApplicationPartAttribute")))
        .Select(assembly => assembly.Identity.GetDisplayName())
        .Order(StringComparer.Ordinal)
        .ToList());
}
