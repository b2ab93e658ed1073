using System.Reflection;

namespace Engage.Parity.Tests;

/// <summary>The real assemblies, of the downloaded packages.</summary>
internal static class OrleansAssemblies
{
    private const string Framework = "lib/net10.0/";

    public static string Packages { get; } = Metadata("OrleansPackages")!;

    public static bool AreHere => Directory.Exists(Packages);

    /// <summary>Whether those came too that some sources do not have.</summary>
    public static bool AreAllHere { get; } = KnownDifferences.Elsewhere.Values.Distinct()
        .All(name => Directory.Exists(Path.Combine(Packages, $"microsoft.{name}".ToLowerInvariant())));

    /// <summary>Types by name.</summary>
    public static Dictionary<string, ApiType> ReadTypes()
    {
        var types = new Dictionary<string, ApiType>();
        foreach (var path in Directory.EnumerateFiles(Packages, "Orleans.*.dll", SearchOption.AllDirectories)
            .Where(path => path.Replace('\\', '/').Contains(Framework, StringComparison.Ordinal)))
        {
            using var file = File.OpenRead(path);
            Add(types, file);
        }

        return types;
    }

    private static void Add(Dictionary<string, ApiType> types, Stream assembly)
    {
        foreach (var (name, type) in ApiReader.Read(assembly))
        {
            // Several packages extend the silo builder by classes of the same name.
            types[name] = types.TryGetValue(name, out var other)
                ? other with { Members = other.Members.Union(type.Members).ToHashSet() }
                : type;
        }
    }

    private static string? Metadata(string key) => typeof(OrleansAssemblies).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => attribute.Key == key && !string.IsNullOrEmpty(attribute.Value))?.Value;
}

/// <summary>A fact that is skipped, with the reason, where the packages could not be downloaded.</summary>
public sealed class OrleansFactAttribute : FactAttribute
{
    private const string Missing = "The Microsoft.Orleans packages could not be downloaded: there is nothing to "
        + "compare with. With a network, run: dotnet restore tests/parity/OrleansPackages.proj";

    public OrleansFactAttribute() => Skip = OrleansAssemblies.AreHere ? null : Missing;
}
