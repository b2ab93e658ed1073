using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Orleans;
using Orleans.Runtime;

namespace Engage.Storage.Postgres;

/// <summary>
/// How Orleans' relational grain storage names a row, so that both find the same one. A key that reads as a GUID (32
/// hexadecimal digits) or else as a hexadecimal integer is kept as two numbers, whatever the grain interface says; all
/// others as text.
/// </summary>
/// <param name="Extension">The text key, or what follows "+" in a compound key; null when there is none.</param>
internal readonly record struct OrleansGrainKey(
    int IdHash, long N0, long N1, int TypeHash, string TypeString, string? Extension)
{
    private const byte ExtensionSeparator = (byte)'+';
    private const int GuidDigits = 32;

    public static OrleansGrainKey Of(string stateName, GrainId grain)
    {
        var key = grain.Key.AsSpan();
        var type = OrleansTypeName.WithoutVersions(stateName);
        var typeHash = Hash(Encoding.UTF8.GetBytes(type));
        if (TryGuid(key, out var guid, out var extension))
        {
            Span<byte> bytes = stackalloc byte[16];
            guid.TryWriteBytes(bytes);
            return new(
                HashReversed(bytes, extension), BinaryPrimitives.ReadInt64LittleEndian(bytes),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), typeHash, type, extension);
        }
        if (TryInteger(key, out var integer, out extension))
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, integer);
            return new(HashReversed(bytes, extension), 0, integer, typeHash, type, extension);
        }
        return new(HashReversed(key, null), 0, 0, typeHash, type, grain.Key.ToString());
    }

    private static bool TryGuid(ReadOnlySpan<byte> key, out Guid guid, out string? extension)
    {
        extension = null;
        guid = default;
        if (key.Length != GuidDigits && !(key.Length > GuidDigits && key[GuidDigits] == ExtensionSeparator))
            return false;
        if (key.Length > GuidDigits) extension = Encoding.UTF8.GetString(key[(GuidDigits + 1)..]);
        return Utf8Parser.TryParse(key[..GuidDigits], out guid, out var length, 'N') && length == GuidDigits;
    }

    private static bool TryInteger(ReadOnlySpan<byte> key, out long integer, out string? extension)
    {
        var separator = key.IndexOf(ExtensionSeparator);
        extension = separator < 0 ? null : Encoding.UTF8.GetString(key[(separator + 1)..]);
        var digits = separator < 0 ? key : key[..separator];
        return Utf8Parser.TryParse(digits, out integer, out var length, 'X') && length == digits.Length;
    }

    /// <summary>Of number and extension, last byte first.</summary>
    private static int HashReversed(ReadOnlySpan<byte> number, string? extension)
    {
        var bytes = new byte[number.Length + (extension is null ? 0 : Encoding.UTF8.GetByteCount(extension))];
        number.CopyTo(bytes);
        if (extension is not null) Encoding.UTF8.GetBytes(extension, bytes.AsSpan(number.Length));
        bytes.AsSpan().Reverse();
        return Hash(bytes);
    }

    private static int Hash(ReadOnlySpan<byte> bytes) => unchecked((int)StableHash.ComputeHash(bytes));
}
