using Orleans.Runtime;

namespace Orleans;

/// <summary>Identity and references of grains, from inside (<c>this</c>) or from a reference.</summary>
public static class GrainExtensions
{
    /// <summary>A reference to the grain through <typeparamref name="TGrainInterface"/>.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain)
    {
        var reference = ReferenceOf(grain);
        return reference is TGrainInterface fits
            ? fits
            : (TGrainInterface)grain.AsReference(typeof(TGrainInterface));
    }

    public static TGrainInterface Cast<TGrainInterface>(this IAddressable grain) =>
        grain.AsReference<TGrainInterface>();

    public static object AsReference(this IAddressable grain, Type interfaceType)
    {
        var reference = ReferenceOf(grain);
        return reference.Shared.Silo.References.Create(interfaceType, reference.GrainId);
    }

    public static object Cast(this IAddressable grain, Type interfaceType) => grain.AsReference(interfaceType);

    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        GrainReference reference => reference.GrainId,
        IGrainBase { GrainContext: { } context } => context.GrainId,
        _ => throw NotAGrain(grain),
    };

    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.ToString();

    public static long GetPrimaryKeyLong(this IAddressable grain) => grain.GetGrainId().GetIntegerKey();

    public static long GetPrimaryKeyLong(this IAddressable grain, out string? keyExt) =>
        grain.GetGrainId().GetIntegerKey(out keyExt);

    public static Guid GetPrimaryKey(this IAddressable grain) => grain.GetGrainId().GetGuidKey();

    public static Guid GetPrimaryKey(this IAddressable grain, out string? keyExt) =>
        grain.GetGrainId().GetGuidKey(out keyExt);

    private static GrainReference ReferenceOf(IAddressable grain) => grain switch
    {
        GrainReference reference => reference,
        IGrainBase { GrainContext: { } context } => context.GrainReference,
        _ => throw NotAGrain(grain),
    };

    private static Exception NotAGrain(IAddressable? grain) => grain is IGrainObserver
        ? new NotSupportedException(
            $"{grain.GetType().FullName} is an observer object; grains are given its reference, which comes from "
            + "IGrainFactory.CreateObjectReference.")
        : new ArgumentException(
            $"{grain?.GetType().FullName ?? "null"} is neither a grain reference nor a grain that the runtime made; "
            + "get one from IGrainFactory.GetGrain.",
            nameof(grain));
}
