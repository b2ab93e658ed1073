using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Orleans.Runtime;

/// <summary>Integer keys are upper-case hexadecimal, GUID keys 32 digits; "+" joins a key extension.</summary>
public static class GrainIdKeyExtensions
{
    private const char ExtensionSeparator = '+';

    public static IdSpan CreateIntegerKey(long key) => IdSpan.Create(key.ToString("X", CultureInfo.InvariantCulture));

    public static IdSpan CreateIntegerKey(long key, string? keyExtension) => Join(CreateIntegerKey(key), keyExtension);

    public static IdSpan CreateGuidKey(Guid key) => IdSpan.Create(key.ToString("N", CultureInfo.InvariantCulture));

    public static IdSpan CreateGuidKey(Guid key, string? keyExtension) => Join(CreateGuidKey(key), keyExtension);

    public static bool TryGetIntegerKey(this GrainId grainId, out long key, out string? keyExt) =>
        long.TryParse(
            Split(grainId, out keyExt), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out key);

    public static long GetIntegerKey(this GrainId grainId) => grainId.GetIntegerKey(out _);

    public static long GetIntegerKey(this GrainId grainId, out string? keyExt)
    {
        if (!grainId.TryGetIntegerKey(out var key, out keyExt))
            ThrowWrongKey(grainId, "a hexadecimal integer");
        return key;
    }

    public static bool TryGetGuidKey(this GrainId grainId, out Guid key, out string? keyExt) =>
        Guid.TryParseExact(Split(grainId, out keyExt), "N", out key);

    public static Guid GetGuidKey(this GrainId grainId) => grainId.GetGuidKey(out _);

    public static Guid GetGuidKey(this GrainId grainId, out string? keyExt)
    {
        if (!grainId.TryGetGuidKey(out var key, out keyExt))
            ThrowWrongKey(grainId, "a GUID of 32 digits");
        return key;
    }

    private static IdSpan Join(IdSpan key, string? extension) =>
        string.IsNullOrWhiteSpace(extension) ? key : IdSpan.Create($"{key}{ExtensionSeparator}{extension}");

    private static ReadOnlySpan<char> Split(GrainId grainId, out string? extension)
    {
        var text = grainId.Key.ToString();
        var separator = text.IndexOf(ExtensionSeparator, StringComparison.Ordinal);
        extension = separator < 0 ? null : text[(separator + 1)..];
        return separator < 0 ? text : text.AsSpan(0, separator);
    }

    [DoesNotReturn]
    private static void ThrowWrongKey(GrainId grainId, string expected) =>
        throw new ArgumentException($"The key of grain {grainId} is not {expected}.", nameof(grainId));
}
