using System.Collections.Concurrent;
using Engage.Embedded.CodeGeneration;
using Orleans.Runtime;

namespace Engage.Embedded.Runtime;

/// <summary>Makes references: which class implements an interface, and which proxy speaks it.</summary>
internal sealed class ReferenceFactory
{
    private readonly Dictionary<Type, InterfaceEntry> _interfaces;
    private readonly Dictionary<GrainInterfaceType, InterfaceEntry> _interfacesByName;
    private readonly Dictionary<GrainType, GrainClass> _classes;
    private readonly Silo _silo;
    private readonly ConcurrentDictionary<(Type Interface, string? Prefix), GrainReferenceShared> _defaults = new();
    private readonly ConcurrentDictionary<(Type Interface, GrainType Type), GrainReferenceShared> _shared = new();

    public ReferenceFactory(Silo silo, GrainManifestBuilder manifest)
    {
        _silo = silo;
        _interfaces = manifest.Interfaces;
        _interfacesByName = manifest.Interfaces.Values.ToDictionary(entry => entry.Name);
        _classes = [];
        foreach (var type in manifest.Classes)
            Add(new(silo, type));
    }

    public IEnumerable<GrainClass> Classes => _classes.Values;

    public int ClassCount => _classes.Count;

    /// <summary>A reference through <paramref name="interfaceType"/> to the class that implements it.</summary>
    public GrainReference Create(Type interfaceType, IdSpan key, string? classNamePrefix)
    {
        var entry = EntryOf(interfaceType);
        var shared = _defaults.GetOrAdd(
            (interfaceType, classNamePrefix),
            static (by, self) => self.SharedOf(by.Interface, self.ImplementerOf(by.Interface, by.Prefix)),
            this);
        return entry.CreateProxy(shared, key);
    }

    /// <summary>A reference through <paramref name="interfaceType"/> to a grain or observer that is known.</summary>
    public GrainReference Create(Type interfaceType, GrainId id) =>
        EntryOf(interfaceType).CreateProxy(SharedOf(interfaceType, id.Type), id.Key);

    public GrainReference Create(GrainInterfaceType interfaceName, GrainId id) =>
        _interfacesByName.TryGetValue(interfaceName, out var entry)
            ? Create(entry.Type, id)
            : throw new ArgumentException($"No grain interface is named {interfaceName}.", nameof(interfaceName));

    public GrainReference CreateUntyped(GrainId id) => GrainReference.Untyped(ClassOf(id.Type).Shared, id.Key);

    public GrainClass ClassOf(GrainType type) => _classes.TryGetValue(type, out var grainClass)
        ? grainClass
        : throw new ArgumentException($"No grain class is named {type}.", nameof(type));

    private void Add(GrainClass grainClass)
    {
        if (!_classes.TryAdd(grainClass.GrainType, grainClass))
            throw new OrleansConfigurationException(
                $"Grain classes {_classes[grainClass.GrainType].Type} and {grainClass.Type} have the same grain type "
                + $"{grainClass.GrainType}; name one of them by [GrainType].");
    }

    private InterfaceEntry EntryOf(Type type) => _interfaces.TryGetValue(type, out var entry)
        ? entry
        : throw new ArgumentException(
            $"{type} has no generated proxy. It must be an interface that extends IGrain or IGrainObserver, in an "
            + "assembly built with the engine's source generator and loaded when the silo is built.",
            nameof(type));

    private GrainReferenceShared SharedOf(Type interfaceType, GrainType type) => _shared.GetOrAdd(
        (interfaceType, type),
        static (by, self) => new(
            by.Type,
            self._interfaces[by.Interface].Name,
            by.Type == ObserverDirectory.ObserverType ? self._silo.Observers : self.ClassOf(by.Type),
            self._silo),
        this);

    private GrainType ImplementerOf(Type interfaceType, string? prefix)
    {
        var candidates = _classes.Values
            .Where(c => interfaceType.IsAssignableFrom(c.Type))
            .Where(c => prefix is null || c.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal))
            .ToList();
        if (candidates.Count > 1)
        {
            var conventional = candidates.FindAll(c => GrainNames.AreConventionalPair(interfaceType, c.Type));
            if (conventional.Count == 1)
                return conventional[0].GrainType;
        }

        return candidates.Count switch
        {
            1 => candidates[0].GrainType,
            0 => throw new ArgumentException(
                $"No grain class with a name that starts with \"{prefix}\" implements {interfaceType}."),
            _ => throw new ArgumentException(
                $"{interfaceType} is implemented by {string.Join(", ", candidates.Select(c => c.Type.FullName))}; "
                + "say which by grainClassNamePrefix."),
        };
    }
}
