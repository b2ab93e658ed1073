using System.Buffers;
using System.Text;
using Engage.Contracts;

namespace Engage.Storage.Privacy;

/// <summary>
/// The bytes of a sealed entry:
/// <code>1 | length, JSON without strings | count of strings | parts: (owner length, owner, length, sealed)*</code>
/// where an owner of length 0 is the author, and a sealed part holds <c>(place, length, string)*</c>; numbers are
/// LEB128. JSON begins with '{': rows from before stay readable.
/// </summary>
internal static class SealedBody
{
    private const byte Version = 1;

    public static bool Is(ReadOnlySpan<byte> body) => body.Length > 0 && body[0] == Version;

    public static byte[] Write(ReadOnlySpan<byte> json, int strings, IEnumerable<(string Owner, byte[] Sealed)> parts)
    {
        var body = new ArrayBufferWriter<byte>(json.Length + 96);
        body.Write([Version]);
        Number(body, json.Length);
        body.Write(json);
        Number(body, strings);
        foreach (var (owner, sealedPart) in parts)
        {
            Text(body, Encoding.UTF8.GetBytes(owner));
            Text(body, sealedPart);
        }
        return body.WrittenSpan.ToArray();
    }

    /// <exception cref="StorageException">The row is damaged.</exception>
    public static (byte[] Json, int Strings, List<(string Owner, byte[] Sealed)> Parts) Read(byte[] body)
    {
        var rest = body.AsSpan(1);
        var json = Text(ref rest).ToArray();
        var strings = Number(ref rest);
        var parts = new List<(string, byte[])>(1);
        while (!rest.IsEmpty) parts.Add((Encoding.UTF8.GetString(Text(ref rest)), Text(ref rest).ToArray()));
        return (json, strings, parts);
    }

    public static byte[] WritePart(IEnumerable<OwnedString> strings)
    {
        var part = new ArrayBufferWriter<byte>(256);
        foreach (var text in strings)
        {
            Number(part, text.Place);
            Text(part, text.Written.Span);
        }
        return part.WrittenSpan.ToArray();
    }

    /// <exception cref="StorageException">The row is damaged.</exception>
    public static void ReadPart(byte[] part, ReadOnlyMemory<byte>?[] into)
    {
        var rest = part.AsSpan();
        while (!rest.IsEmpty)
        {
            var place = Number(ref rest);
            var text = Text(ref rest);
            if (place >= into.Length) throw Damaged();
            into[place] = text.ToArray();
        }
    }

    private static void Text(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> text)
    {
        Number(to, text.Length);
        to.Write(text);
    }

    private static void Number(ArrayBufferWriter<byte> to, int value)
    {
        var left = (uint)value;
        for (; left >= 0x80; left >>= 7) to.Write([(byte)(left | 0x80)]);
        to.Write([(byte)left]);
    }

    private static ReadOnlySpan<byte> Text(ref Span<byte> rest)
    {
        var length = Number(ref rest);
        if (length > rest.Length) throw Damaged();
        var text = rest[..length];
        rest = rest[length..];
        return text;
    }

    private static int Number(ref Span<byte> rest)
    {
        var value = 0u;
        for (var shift = 0; shift < 32 && !rest.IsEmpty; shift += 7)
        {
            var next = rest[0];
            rest = rest[1..];
            value |= (uint)(next & 0x7f) << shift;
            if (next < 0x80) return value <= int.MaxValue ? (int)value : throw Damaged();
        }
        throw Damaged();
    }

    private static StorageException Damaged() => new(
        "A sealed entry of a room's log ends in the middle: the row is damaged. Restore it from a backup.");
}
