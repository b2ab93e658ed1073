using System.ComponentModel;
using Orleans.Runtime;

namespace Engage.Embedded.CodeGeneration;

/// <summary>Names the generated list of an assembly's grain interfaces and classes.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class GrainManifestAttribute(Type manifest) : Attribute
{
    public Type Manifest { get; } = manifest;
}

/// <summary>The generated list; read once, when the silo is built.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GrainManifest
{
    public abstract void Populate(GrainManifestBuilder builder);
}

/// <summary>Collects the lists of all assemblies.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class GrainManifestBuilder
{
    internal Dictionary<Type, InterfaceEntry> Interfaces { get; } = [];

    internal HashSet<Type> Classes { get; } = [];

    public void AddInterface(Type type, string name, Func<GrainReferenceShared, IdSpan, GrainReference> createProxy) =>
        Interfaces[type] = new(type, GrainInterfaceType.Create(name), createProxy);

    public void AddClass(Type type) => Classes.Add(type);
}

internal sealed record InterfaceEntry(
    Type Type, GrainInterfaceType Name, Func<GrainReferenceShared, IdSpan, GrainReference> CreateProxy);
