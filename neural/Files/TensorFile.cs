using System.Buffers.Binary;
using System.Text.Json;

namespace Engage.Neural;

/// <summary>
/// Named tensors in the safetensors layout, so that other tools can read the weights: 8 bytes little-endian length of
/// the header, the header as JSON (<c>{"name": {"dtype", "shape", "data_offsets": [from, to]}, "__metadata__":
/// {...}}</c>), then the data. Offsets count from the end of the header. The order of names is ordinal, so equal
/// tensors make equal files.
/// </summary>
public static class TensorFile
{
    /// <summary>Writes tensors and metadata; the stream stays open.</summary>
    public static void Write(
        Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        var ordered = Order(tensors.ToDictionary(entry => entry.Key, entry => TensorSource.Of(entry.Value)));
        Write(stream, Header(ordered, metadata), ordered);
    }

    /// <summary>The same as one array of just the right length, each tensor made when its turn comes.</summary>
    /// <exception cref="OverflowException">The file is longer than an array can be.</exception>
    public static byte[] ToBytes(
        IReadOnlyDictionary<string, TensorSource> tensors, IReadOnlyDictionary<string, string> metadata) =>
        ToBytes(tensors, metadata, length => GC.AllocateUninitializedArray<byte>(length)).Array!;

    /// <summary>The same as the beginning of an array that was used before: many megabytes made anew each time
    /// are a collection of the whole heap each time.</summary>
    /// <param name="spare">Where it is too short a new one is made, with half as much to spare: a model that grows is
    /// soon too long again.</param>
    /// <exception cref="OverflowException">The file is longer than an array can be.</exception>
    public static ArraySegment<byte> ToBytes(
        byte[] spare, IReadOnlyDictionary<string, TensorSource> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(spare);
        return ToBytes(tensors, metadata, length => spare.Length >= length
            ? spare
            : GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, length + (length / 2L))));
    }

    private static ArraySegment<byte> ToBytes(
        IReadOnlyDictionary<string, TensorSource> tensors, IReadOnlyDictionary<string, string> metadata,
        Func<int, byte[]> arrayOf)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var ordered = Order(tensors);
        var header = Header(ordered, metadata);
        var length = checked((int)(header.Length + ordered.Sum(entry => entry.Value.Length)));
        var array = arrayOf(length);
        Write(new MemoryStream(array), header, ordered);
        return new(array, 0, length);
    }

    private static KeyValuePair<string, TensorSource>[] Order(IReadOnlyDictionary<string, TensorSource> tensors) =>
        [.. tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal)];

    private static void Write(Stream stream, byte[] header, KeyValuePair<string, TensorSource>[] ordered)
    {
        stream.Write(header);
        foreach (var (_, tensor) in ordered)
            tensor.WriteTo(stream);
    }

    private static byte[] Header(
        KeyValuePair<string, TensorSource>[] ordered, IReadOnlyDictionary<string, string> metadata)
    {
        using var header = new MemoryStream();
        header.Write(stackalloc byte[8]);
        using (var json = new Utf8JsonWriter(header))
            WriteHeader(json, ordered, metadata);
        // Readers that map the file want the data aligned; the format allows spaces after the JSON.
        while (header.Length % 8 != 0)
            header.WriteByte((byte)' ');
        var bytes = header.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes, bytes.Length - 8);
        return bytes;
    }

    /// <summary>Reads what <see cref="Write(Stream, IReadOnlyDictionary{string, Tensor},
    /// IReadOnlyDictionary{string, string})"/> or another tool wrote, to the end of the stream.</summary>
    /// <exception cref="InvalidDataException">It is no such file: the header is too long or broken, names a tensor
    /// twice or a kind that is none; a shape and its bytes disagree; there are gaps or overlaps; the data end early or
    /// late.</exception>
    public static (IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(
        Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return TensorReader.Read(stream);
    }

    private static void WriteHeader(
        Utf8JsonWriter json, KeyValuePair<string, TensorSource>[] ordered, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject();
        json.WriteStartObject("__metadata__");
        foreach (var (name, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            json.WriteString(name, value);
        json.WriteEndObject();
        var at = 0L;
        foreach (var (name, tensor) in ordered)
        {
            json.WriteStartObject(name);
            json.WriteString("dtype", tensor.Kind);
            json.WriteStartArray("shape");
            foreach (var dimension in tensor.Shape)
                json.WriteNumberValue(dimension);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(at);
            json.WriteNumberValue(at += tensor.Length);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
