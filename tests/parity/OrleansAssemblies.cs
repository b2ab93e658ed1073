using System.IO.Compression;
using System.Reflection;

namespace Engage.Parity.Tests;

/// <summary>The real assemblies: of the downloaded packages, and of a feed if one is given.</summary>
internal static class OrleansAssemblies
{
    private const string Framework = "lib/net10.0/";

    public static string Packages { get; } = Metadata("OrleansPackages")!;

    /// <summary>The property OrleansFeed of the build, or the environment variable of that name.</summary>
    public static string? Feed { get; } =
        Metadata("OrleansFeed")
        ?? (Environment.GetEnvironmentVariable("OrleansFeed") is { Length: > 0 } folder ? folder : null);

    public static bool AreHere => Directory.Exists(Packages);

    /// <summary>Types by name; those of the feed are added to those of the downloaded packages.</summary>
    public static Dictionary<string, ApiType> ReadTypes()
    {
        var types = new Dictionary<string, ApiType>();
        foreach (var path in Directory.EnumerateFiles(Packages, "Orleans.*.dll", SearchOption.AllDirectories)
            .Where(path => path.Replace('\\', '/').Contains(Framework, StringComparison.Ordinal)))
        {
            using var file = File.OpenRead(path);
            Add(types, file);
        }

        if (Feed is not null)
            ReadFeed(types, Feed);
        return types;
    }

    private static void ReadFeed(Dictionary<string, ApiType> types, string feed)
    {
        foreach (var path in Directory.EnumerateFiles(feed, "Microsoft.Orleans.*.nupkg"))
        {
            using var package = ZipFile.OpenRead(path);
            foreach (var entry in package.Entries.Where(IsAssembly))
            {
                using var content = entry.Open();
                using var file = new MemoryStream();
                content.CopyTo(file);
                file.Position = 0;
                Add(types, file);
            }
        }
    }

    private static bool IsAssembly(ZipArchiveEntry entry) =>
        entry.FullName.StartsWith(Framework, StringComparison.Ordinal)
        && entry.FullName.EndsWith(".dll", StringComparison.Ordinal);

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
    private const string NothingToCompareWith =
        "The Microsoft.Orleans packages could not be downloaded: there is nothing to compare with. With a network, run: "
        + "dotnet restore tests/parity/OrleansPackages.proj";

    public OrleansFactAttribute() => Skip = OrleansAssemblies.AreHere ? null : NothingToCompareWith;
}
