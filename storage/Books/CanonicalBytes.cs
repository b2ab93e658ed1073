using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Engage.Storage.Books;

/// <summary>
/// Writes values so that different values never give the same bytes: numbers big-endian in full width, everything of
/// changing length behind its length. Used by one thread at a time.
/// </summary>
internal sealed class CanonicalBytes
{
    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public CanonicalBytes Clear()
    {
        _bytes.ResetWrittenCount();
        return this;
    }

    public CanonicalBytes Byte(byte value) => Raw([value]);

    public CanonicalBytes Int(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.GetSpan(sizeof(int)), value);
        _bytes.Advance(sizeof(int));
        return this;
    }

    public CanonicalBytes Long(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
        return this;
    }

    /// <summary>A byte says whether there is one; without one, the number is 0.</summary>
    public CanonicalBytes LongOrNull(long? value) => Byte(value is null ? (byte)0 : (byte)1).Long(value ?? 0);

    public CanonicalBytes Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Int(length);
        Encoding.UTF8.GetBytes(value, _bytes.GetSpan(length));
        _bytes.Advance(length);
        return this;
    }

    /// <summary>As <see cref="LongOrNull"/>.</summary>
    public CanonicalBytes TextOrNull(string? value) => Byte(value is null ? (byte)0 : (byte)1).Text(value ?? "");

    public CanonicalBytes Blob(ReadOnlySpan<byte> value) => Int(value.Length).Raw(value);

    /// <summary>Of a length that every reader knows.</summary>
    public CanonicalBytes Raw(ReadOnlySpan<byte> value)
    {
        _bytes.Write(value);
        return this;
    }
}

/// <summary>Reads what <see cref="CanonicalBytes"/> wrote.</summary>
internal ref struct CanonicalReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <exception cref="InvalidDataException">The bytes end before, as in every method here.</exception>
    public byte Byte() => Raw(1)[0];

    public int Int() => BinaryPrimitives.ReadInt32BigEndian(Raw(sizeof(int)));

    public long Long() => BinaryPrimitives.ReadInt64BigEndian(Raw(sizeof(long)));

    public long? LongOrNull() => Byte() == 0 ? Nothing(Long()) : Long();

    public string Text() => Encoding.UTF8.GetString(Raw(Int()));

    public string? TextOrNull() => Byte() == 0 ? Nothing(Text()) : Text();

    public ReadOnlySpan<byte> Raw(int length)
    {
        if (length < 0 || length > _rest.Length)
            throw new InvalidDataException($"{length} bytes are announced where {_rest.Length} are left.");
        var read = _rest[..length];
        _rest = _rest[length..];
        return read;
    }

    private static long? Nothing(long _) => null;

    private static string? Nothing(string _) => null;
}
