using Engage.Embedded.Runtime;

namespace Orleans.Runtime;

/// <summary>What all references to grains of one type through one interface have in common.</summary>
public class GrainReferenceShared
{
    internal GrainReferenceShared(
        GrainType grainType, GrainInterfaceType interfaceType, IRequestRouter router, Silo silo)
    {
        GrainType = grainType;
        InterfaceType = interfaceType;
        Router = router;
        Silo = silo;
    }

    public GrainType GrainType { get; }

    public GrainInterfaceType InterfaceType { get; }

    internal IRequestRouter Router { get; }

    internal Silo Silo { get; }
}

/// <summary>Base of the generated proxies. Two references are equal when they name the same grain.</summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private readonly IdSpan _key;

    protected GrainReference(GrainReferenceShared shared, IdSpan key)
    {
        ArgumentNullException.ThrowIfNull(shared);
        Shared = shared;
        _key = key;
    }

    public GrainId GrainId => new(Shared.GrainType, _key);

    public GrainInterfaceType InterfaceType => Shared.InterfaceType;

    public virtual string InterfaceName => InterfaceType.ToString();

    /// <summary>A reference without an interface: it can be kept, compared and cast, not called.</summary>
    internal static GrainReference Untyped(GrainReferenceShared shared, IdSpan key) => new(shared, key);

    internal GrainReferenceShared Shared { get; }

    internal IdSpan Key => _key;

    /// <summary>The same grain through another of its interfaces.</summary>
    public virtual TGrainInterface Cast<TGrainInterface>()
        where TGrainInterface : IAddressable => this.AsReference<TGrainInterface>();

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public bool Equals(GrainReference? other) => other is not null && GrainId == other.GrainId;

    public override int GetHashCode() => GrainId.GetHashCode();

    public sealed override string ToString() => $"GrainReference:{GrainId}:{InterfaceType}";

    public static bool operator ==(GrainReference? reference1, GrainReference? reference2) =>
        reference1?.Equals(reference2) ?? reference2 is null;

    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) =>
        !(reference1 == reference2);
}
