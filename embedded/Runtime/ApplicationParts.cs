using System.Reflection;
using Engage.Embedded.CodeGeneration;
using Orleans;

namespace Engage.Embedded.Runtime;

/// <summary>
/// Finds the generated manifests: in the loaded assemblies and in the application parts that they name.
/// </summary>
internal static class ApplicationParts
{
    public static GrainManifestBuilder ReadManifests()
    {
        var builder = new GrainManifestBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Stack<Assembly>(AppDomain.CurrentDomain.GetAssemblies());
        while (pending.TryPop(out var assembly))
        {
            if (assembly.IsDynamic || !seen.Add(assembly.FullName!))
                continue;
            if (assembly.GetCustomAttribute<GrainManifestAttribute>() is { } attribute)
                ((GrainManifest)Activator.CreateInstance(attribute.Manifest, nonPublic: true)!).Populate(builder);
            foreach (var part in assembly.GetCustomAttributes<ApplicationPartAttribute>())
                pending.Push(Assembly.Load(part.AssemblyName));
        }

        return builder;
    }
}
