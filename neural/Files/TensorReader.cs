using System.Buffers.Binary;
using System.Text.Json;

namespace Engage.Neural;

/// <summary>
/// Reads a <see cref="TensorFile"/> that may come from anywhere. Whatever is wrong with it is an
/// <see cref="InvalidDataException"/>, and memory is only taken for bytes that are there: a header that promises more
/// than follows costs nothing.
/// </summary>
internal static class TensorReader
{
    private const int HeaderBytesMax = 16 << 20;
    private const int PieceBytes = 1 << 20;
    private const string MetadataName = "__metadata__";

    private static readonly Dictionary<string, int> ElementBytes = new(StringComparer.Ordinal)
    {
        ["BOOL"] = 1, ["U8"] = 1, ["I8"] = 1, ["F8_E4M3"] = 1, ["F8_E5M2"] = 1,
        ["U16"] = 2, ["I16"] = 2, ["F16"] = 2, ["BF16"] = 2,
        ["U32"] = 4, ["I32"] = 4, ["F32"] = 4,
        ["U64"] = 8, ["I64"] = 8, ["F64"] = 8,
    };

    private sealed record Entry(string Name, string Kind, long[] Shape, long From, long To);

    public static (IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(
        Stream stream)
    {
        var (entries, metadata) = ReadHeader(stream);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var at = 0L;
        // Empty tensors share the place of the one behind them.
        foreach (var entry in entries.OrderBy(entry => entry.From).ThenBy(entry => entry.To))
        {
            if (entry.From != at)
                throw new InvalidDataException(
                    $"Tensor '{entry.Name}' is at {entry.From}..{entry.To}; expected it to begin at {at}: " +
                    "gaps and overlaps are not allowed.");
            tensors.Add(entry.Name, new(entry.Kind, entry.Shape, ReadBytes(stream, entry)));
            at = entry.To;
        }

        return stream.ReadByte() < 0
            ? (tensors, metadata)
            : throw new InvalidDataException($"There is more behind the {at} bytes that the header names.");
    }

    private static (List<Entry> Entries, Dictionary<string, string> Metadata) ReadHeader(Stream stream)
    {
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        ReadAll(stream, prefix, "the length of the header");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length is < 2 or > HeaderBytesMax)
            throw new InvalidDataException(
                $"A header of {length} bytes; expected 2 to {HeaderBytesMax}. Is it safetensors?");
        var header = new byte[length];
        ReadAll(stream, header, "the header");
        try
        {
            using var json = JsonDocument.Parse(header);
            return ReadHeader(json.RootElement);
        }
        // What the JSON is not: text, an object where one is due, a number that fits.
        catch (Exception exception) when (
            exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidDataException($"The header is no header of safetensors: {exception.Message}", exception);
        }
    }

    private static (List<Entry> Entries, Dictionary<string, string> Metadata) ReadHeader(JsonElement header)
    {
        var (entries, names) = (new List<Entry>(), new HashSet<string>(StringComparer.Ordinal));
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in header.EnumerateObject())
        {
            if (!names.Add(property.Name))
                throw new InvalidDataException($"The header names '{property.Name}' twice.");
            if (property.Name != MetadataName)
                entries.Add(ReadEntry(property.Name, property.Value));
            else
                foreach (var pair in property.Value.EnumerateObject())
                    if (!metadata.TryAdd(pair.Name, pair.Value.GetString() ?? ""))
                        throw new InvalidDataException($"The metadata name '{pair.Name}' twice.");
        }

        return (entries, metadata);
    }

    private static Entry ReadEntry(string name, JsonElement json)
    {
        var kind = json.GetProperty("dtype").GetString() ?? "";
        if (!ElementBytes.TryGetValue(kind, out var size))
            throw new InvalidDataException(
                $"Tensor '{name}' is of '{kind}'; expected one of {string.Join(", ", ElementBytes.Keys)}.");
        long[] shape = [.. json.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64())];
        var offsets = json.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2)
            throw new InvalidDataException($"Tensor '{name}' has {offsets.GetArrayLength()} offsets; expected 2.");
        var entry = new Entry(name, kind, shape, offsets[0].GetInt64(), offsets[1].GetInt64());
        var bytes = Bytes(shape, size);
        return entry.From >= 0 && entry.To >= entry.From && entry.To - entry.From == bytes && bytes <= Array.MaxLength
            ? entry
            : throw new InvalidDataException(
                $"Tensor '{name}' of {kind} [{string.Join(", ", shape)}] is at {entry.From}..{entry.To}; the bytes " +
                $"must be as many as the shape says, and at most {Array.MaxLength}.");
    }

    /// <returns>-1 for a shape that is none, or more than can be counted.</returns>
    private static long Bytes(long[] shape, long size)
    {
        if (shape.Any(length => length < 0))
            return -1;
        var bytes = (Int128)size;
        foreach (var length in shape)
            if ((bytes *= length) > long.MaxValue)
                return -1;
        return (long)bytes;
    }

    /// <summary>Piece by piece, unless the stream says that all is there.</summary>
    private static byte[] ReadBytes(Stream stream, Entry entry)
    {
        var length = (int)(entry.To - entry.From);
        var what = $"tensor '{entry.Name}'";
        if (stream.CanSeek && stream.Length - stream.Position < length)
            throw Short(what);
        var bytes = new byte[stream.CanSeek ? length : Math.Min(length, PieceBytes)];
        for (var read = 0; ;)
        {
            ReadAll(stream, bytes.AsSpan(read), what);
            if ((read = bytes.Length) == length)
                return bytes;
            Array.Resize(ref bytes, (int)Math.Min(length, 2L * read));
        }
    }

    private static void ReadAll(Stream stream, Span<byte> into, string what)
    {
        if (stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false) < into.Length)
            throw Short(what);
    }

    private static InvalidDataException Short(string what) => new($"The data end within {what}.");
}
