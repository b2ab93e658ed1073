using Engage.Embedded.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Engage.Embedded.Tests;

/// <summary>What grains cannot be is told by the compiler, at its place; what they can be compiles.</summary>
public sealed class GeneratorTests
{
    private static readonly Lazy<MetadataReference[]> References = new(() => ((string)AppContext.GetData(
        "TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)
            || Path.GetFileName(path) is "Engage.Embedded.dll" or "netstandard.dll")
        .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))
        .ToArray());

    [Theory]
    [InlineData("int Count();", "Count returns int; expected Task")]
    [InlineData("void Forget();", "Forget returns void; expected Task")]
    [InlineData("IAsyncEnumerable<int> Stream();", "Stream returns")]
    [InlineData("string Name { get; }", "Name: a grain interface has methods only")]
    [InlineData("event Action Changed;", "Changed: a grain interface has methods only")]
    [InlineData("Task Set(ref int value);", "Set: parameters cannot be passed by reference")]
    [InlineData("Task Get(out int value);", "Get: parameters cannot be passed by reference")]
    [InlineData("Task Any<T>(T value);", "Any: generic methods are not supported")]
    [InlineData("[OneWay] Task<int> Ask();", "Ask is one-way and returns a value")]
    public void WhatAGrainInterfaceCannotHaveIsAnError(string member, string complaint)
    {
        var errors = ErrorsOf($"public interface IBad : IGrainWithStringKey {{ {member} }}");

        Assert.Contains(complaint, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void ItIsAnErrorInAGenericBaseToo()
    {
        var errors = ErrorsOf("public interface IBase<T> : IGrain { T Value(); }");

        Assert.Contains("Value returns T; expected Task", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void ItIsAnErrorWhenInheritedFromAnOrdinaryInterface()
    {
        var errors = ErrorsOf("""
            public interface INamed { string Name { get; } }
            public interface IThing : IGrainWithStringKey, INamed { }
            """);

        Assert.Contains("IThing inherits from INamed", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void AGenericGrainClassIsAnError()
    {
        var errors = ErrorsOf("""
            public interface IThing : IGrainWithStringKey { Task Do(); }
            public class Thing<T> : Grain, IThing { public Task Do() => Task.CompletedTask; }
            """);

        Assert.Contains("generic grain classes are not supported", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void InterfacesThatCloseAGenericOneCompile()
    {
        var errors = ErrorsOf("""
            public interface ICatalogued<TItem> : IGrainWithStringKey
            {
                Task Put(TItem item, CancellationToken cancellationToken);
                ValueTask<IReadOnlyList<TItem>> All();
            }
            public interface IBooks : ICatalogued<string>, IDisposableThing { [OneWay] ValueTask Poke(int? times); }
            public interface IDisposableThing { Task Close((int A, string B) why, params string[] rest); }
            """);

        Assert.Empty(errors);
    }

    [Fact]
    public void KeywordsAndOverloadsAndDefaultsCompile()
    {
        var errors = ErrorsOf("""
            public interface IOdd : IGrainWithIntegerKey
            {
                Task @event(int @class, string @new = "x");
                Task @event(string text);
                string Described() => "not part of the contract";
            }
            public interface IWatcher : IGrainObserver { void Saw(byte[] what); Task<int> Asked(); }
            """);

        Assert.Empty(errors);
    }

    /// <summary>Of the generator, and of the compiler over what was generated.</summary>
    private static string[] ErrorsOf(string code)
    {
        var source = $"""
            using System; using System.Collections.Generic; using System.Threading; using System.Threading.Tasks;
            using Orleans; using Orleans.Concurrency;
            {code}
            """;
        var compilation = CSharpCompilation.Create(
            "Checked",
            [CSharpSyntaxTree.ParseText(source)],
            References.Value,
            new(OutputKind.DynamicallyLinkedLibrary));
        CSharpGeneratorDriver.Create(new GrainGenerator())
            .RunGeneratorsAndUpdateCompilation(compilation, out var generated, out var complaints);
        return complaints.Concat(generated.GetDiagnostics())
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture))
            .ToArray();
    }
}
