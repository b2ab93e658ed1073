using System.Text;
using Engage.Contracts;

namespace Engage.Storage;

/// <summary>
/// Which partition holds a user's events: FNV-1a (64 bit, over UTF-8) with a finalizer, because the low bits of plain
/// FNV are weak and the partition is taken modulo. The result is stored with every event: it must never change.
/// </summary>
/// <remarks>Sources: draft-eastlake-fnv; MurmurHash3's fmix64.</remarks>
internal static class UserPartition
{
    private const ulong OffsetBasis = 14_695_981_039_346_656_037;
    private const ulong Prime = 1_099_511_628_211;

    public static int Of(UserId user, int partitionCount) => (int)(Hash(user.Value) % (ulong)partitionCount);

    internal static ulong Hash(string text)
    {
        Span<byte> utf8 = text.Length <= 128
            ? stackalloc byte[384]
            : new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = Encoding.UTF8.GetBytes(text, utf8);

        var hash = OffsetBasis;
        foreach (var octet in utf8[..length])
            hash = (hash ^ octet) * Prime;
        return Mix(hash);
    }

    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return hash ^ (hash >> 33);
    }
}
