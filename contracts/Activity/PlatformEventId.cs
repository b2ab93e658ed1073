using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Engage.Contracts.Activity;

/// <summary>
/// Ids of the events that the platform itself writes, and of what it says in rooms: UUIDs of version 8 (RFC 9562) that
/// begin with a mark. Nobody else's events and messages may have such an id. These follow from what the events tell of,
/// so that telling it again after a crash is harmless, and whoever knows that could otherwise send an event of hers
/// first, for which the true one would then be taken.
/// </summary>
/// <remarks>Rejected: ids that nobody can foresee, from a secret. Losing or changing the secret would count again what
/// was told before. And version 8 alone as the mark: of ids that are made of random bits, as many clients make them,
/// one in sixteen has it.</remarks>
public static class PlatformEventId
{
    private const int Version = 8;

    // "enge".
    private const uint Mark = 0x656E_6765;

    /// <summary>The mark, then the first bytes of SHA-256, but for the six bits that say what it is.</summary>
    /// <param name="name">Of the event, and of no other.</param>
    public static Guid Of(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        var id = hash[..16];
        BinaryPrimitives.WriteUInt32BigEndian(id, Mark);
        id[6] = (byte)((id[6] & 0x0F) | (Version << 4));
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new(id, bigEndian: true);
    }

    /// <summary>Whether an id is one that only the platform gives.</summary>
    public static bool Has(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return id.Version == Version && BinaryPrimitives.ReadUInt32BigEndian(bytes) == Mark;
    }
}
