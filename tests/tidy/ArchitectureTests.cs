using System.Xml.Linq;

namespace Engage.Tidy.Tests;

/// <summary>Who may know whom (ARCHITECTURE.md, "Arrows"), read from the project files.</summary>
public sealed class ArchitectureTests
{
    /// <summary>Folder -> the folders it may reference. ActorApi.props counts as "embedded".</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["embedded"] = [],
        ["embedded/generator"] = [],
        ["neural"] = [],
        ["evaluation"] = [],
        ["contracts"] = ["embedded"],
        ["recommend"] = ["neural"],
        ["storage"] = ["contracts", "embedded"],
        ["grains"] = ["contracts", "recommend", "storage", "embedded"],
        ["silo"] = ["grains", "storage", "embedded"],
        ["api"] = ["contracts", "silo", "embedded"],
        ["loadgen"] = ["evaluation"],
        ["sandbox"] = [],
        ["audience"] = ["loadgen"],
    };

    [Fact]
    public void ReferencesFollowTheArrows()
    {
        var wrong =
            from project in SourceTree.Files(".csproj")
            let folder = SourceTree.Relative(Path.GetDirectoryName(project)!)
            where Allowed.ContainsKey(folder)
            from target in References(project)
            where !Allowed[folder].Contains(target)
            select $"{folder} -> {target}: not among its arrows ({string.Join(", ", Allowed[folder])})";

        Assert.Empty(wrong);
    }

    [Fact]
    public void EveryProductFolderHasItsArrows()
    {
        var known = SourceTree.Files(".csproj")
            .Select(project => SourceTree.Relative(Path.GetDirectoryName(project)!))
            .Where(folder => !folder.StartsWith("tests/", StringComparison.Ordinal) && folder.Split('/')[0] != "bench");

        Assert.All(known, folder => Assert.Contains(folder, Allowed.Keys));
    }

    [Fact]
    public void OnlyTheCompositionRootOfTheApiKnowsTheSilo()
    {
        var knows = SourceTree.Files(".cs")
            .Where(path => SourceTree.Relative(path).StartsWith("api/", StringComparison.Ordinal))
            .Where(path => File.ReadAllText(path) is var text
                && (text.Contains("using Engage.Silo", StringComparison.Ordinal)
                    || text.Contains("using Engage.Grains", StringComparison.Ordinal)
                    || text.Contains("using Engage.Storage", StringComparison.Ordinal)
                    || text.Contains("using Engage.Recommend;", StringComparison.Ordinal)))
            .Select(SourceTree.Relative);

        Assert.Equal(["api/EngageServer.cs"], knows);
    }

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        var solution = File.ReadAllText(Path.Combine(SourceTree.Root, "EngagementPlatform.sln")).Replace('\\', '/');

        var missing = SourceTree.Files(".csproj")
            .Select(SourceTree.Relative)
            .Where(project => !solution.Contains(project));

        Assert.Empty(missing);
    }

    [Fact]
    public void PackageVersionsAreExactAndCentral()
    {
        var properties = XDocument.Load(Path.Combine(SourceTree.Root, "Directory.Build.props"))
            .Descendants("PropertyGroup").Elements()
            .GroupBy(property => $"$({property.Name.LocalName})")
            .ToDictionary(group => group.Key, group => group.Last().Value);
        var central = XDocument.Load(Path.Combine(SourceTree.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion").Select(package => (string)package.Attribute("Version")!)
            .Select(version => properties.GetValueOrDefault(version, version));
        var local = SourceTree.Files(".csproj", ".props").Where(path => !path.EndsWith("Directory.Packages.props"))
            .SelectMany(project => XDocument.Load(project).Descendants("PackageReference").Attributes("Version"));

        Assert.All(central, version => Assert.Matches(@"^\d+(\.\d+){1,3}(-[\w.]+)?$", version));
        Assert.Empty(local);
    }

    /// <summary>
    /// The actors are written once: what only one engine compiles is one file of a project and the same file's
    /// counterpart for the other engine.
    /// </summary>
    [Fact]
    public void AtMostOneFileOfAProjectIsWrittenForOrleansAlone()
    {
        var several =
            from project in SourceTree.Files(".csproj", ".props")
            from engine in new[] { "Embedded", "Orleans" }
            let files = XDocument.Load(project).Descendants("Compile").Attributes("Remove")
                .Where(file => Conditions(file.Parent!).Any(text => text.Contains($"'{engine}'")))
                .SelectMany(file => file.Value.Split(';')).ToArray()
            where files.Length > 1 || files.Any(file => file.Contains('*'))
            select $"{SourceTree.Relative(project)}, '{engine}': {string.Join(", ", files)}; join them in one file";

        Assert.Empty(several);
    }

    private static IEnumerable<string> Conditions(XElement element) =>
        element.AncestorsAndSelf().Attributes("Condition").Select(condition => condition.Value);

    private static IEnumerable<string> References(string project)
    {
        var document = XDocument.Load(project);
        var folder = Path.GetDirectoryName(project)!;
        foreach (var reference in document.Descendants("ProjectReference"))
            yield return SourceTree.Relative(Path.GetDirectoryName(
                Path.GetFullPath(Path.Combine(folder, ((string)reference.Attribute("Include")!).Replace('\\', '/'))))!);
        foreach (var import in document.Descendants("Import"))
            if (((string?)import.Attribute("Project"))?.EndsWith("ActorApi.props", StringComparison.Ordinal) ?? false)
                yield return "embedded";
    }
}
