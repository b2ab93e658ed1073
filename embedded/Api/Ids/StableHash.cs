using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Orleans;

/// <summary>
/// xxHash32 with seed 0, its bytes in the order in which the hash is written out (most significant first) read as a
/// little-endian number. The same for the same bytes on every machine and in every version, so it may be stored.
/// </summary>
/// <remarks>Source: the xxHash specification (github.com/Cyan4973/xxHash, doc/xxhash_spec.md), "XXH32".</remarks>
public static class StableHash
{
    private const uint Prime1 = 2_654_435_761;
    private const uint Prime2 = 2_246_822_519;
    private const uint Prime3 = 3_266_489_917;
    private const uint Prime4 = 668_265_263;
    private const uint Prime5 = 374_761_393;
    private const int Stripe = 16;

    /// <summary>Of the text's UTF-16 code units, little-endian.</summary>
    public static uint ComputeHash(string data) => ComputeHash(MemoryMarshal.AsBytes(data.AsSpan()));

    public static uint ComputeHash(ReadOnlySpan<byte> data)
    {
        var rest = data;
        var hash = data.Length < Stripe ? Prime5 : HashStripes(ref rest);
        hash += (uint)data.Length;

        for (; rest.Length >= sizeof(uint); rest = rest[sizeof(uint)..])
            hash = BitOperations.RotateLeft(hash + (Word(rest) * Prime3), 17) * Prime4;
        foreach (var octet in rest)
            hash = BitOperations.RotateLeft(hash + (octet * Prime5), 11) * Prime1;

        hash = (hash ^ (hash >> 15)) * Prime2;
        hash = (hash ^ (hash >> 13)) * Prime3;
        return BinaryPrimitives.ReverseEndianness(hash ^ (hash >> 16));
    }

    /// <summary>Four lanes side by side, one word of each stripe per lane.</summary>
    private static uint HashStripes(ref ReadOnlySpan<byte> rest)
    {
        uint a = unchecked(Prime1 + Prime2), b = Prime2, c = 0, d = unchecked(0 - Prime1);
        for (; rest.Length >= Stripe; rest = rest[Stripe..])
        {
            a = Round(a, Word(rest));
            b = Round(b, Word(rest[4..]));
            c = Round(c, Word(rest[8..]));
            d = Round(d, Word(rest[12..]));
        }
        return BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7)
            + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
    }

    private static uint Round(uint lane, uint word) =>
        BitOperations.RotateLeft(lane + (word * Prime2), 13) * Prime1;

    private static uint Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
