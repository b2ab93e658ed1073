using System.Security.Cryptography;
using System.Text;

namespace Engage.LoadGen.Measure;

/// <summary>
/// Ids that follow from a name (RFC 9562, UUID version 5): the same event of the same stream has the same id in every
/// run, so that a run that is repeated, or interrupted and resumed, cannot add an event twice.
/// </summary>
public static class NameBasedId
{
    /// <summary>The id of <paramref name="name"/> within <paramref name="scope"/>.</summary>
    public static Guid Create(Guid scope, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var input = new byte[16 + Encoding.UTF8.GetByteCount(name)];
        scope.TryWriteBytes(input, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, input.AsSpan(16));
#pragma warning disable CA5350 // Version 5 is defined by SHA-1; the id protects nothing.
        var hash = SHA1.HashData(input).AsSpan(0, 16);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new(hash, bigEndian: true);
    }
}
