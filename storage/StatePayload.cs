using System.Buffers;
using System.Text.Json;

namespace Engage.Storage;

/// <summary>
/// One state as JSON, on its way to the database, in an array that is lent: states of some kilobytes are written again
/// and again, and would be a good part of all that a busy server allocates.
/// </summary>
internal readonly struct StatePayload : IDisposable
{
    private const int KeptBytesMax = 1 << 16;

    /// <summary>
    /// Of its own, because a checkpoint has hundreds at once, more than the shared one keeps; larger ones are
    /// allocated.
    /// </summary>
    private static readonly ArrayPool<byte> Pool = ArrayPool<byte>.Create(KeptBytesMax, maxArraysPerBucket: 256);

    [ThreadStatic]
    private static Scratch? t_scratch;

    private readonly byte[] _array;
    private readonly int _length;

    private StatePayload(ReadOnlySpan<byte> bytes)
    {
        (_array, _length) = (Pool.Rent(bytes.Length), bytes.Length);
        bytes.CopyTo(_array);
    }

    /// <summary>Until this is disposed of.</summary>
    public ReadOnlyMemory<byte> Bytes => _array.AsMemory(0, _length);

    public static StatePayload Of<T>(T state, JsonSerializerOptions json)
    {
        var scratch = t_scratch?.Json == json ? t_scratch : new(json);
        // What a failure leaves here is nobody's, and nobody finds it.
        t_scratch = null;
        JsonSerializer.Serialize(scratch.Writer, state, json);
        scratch.Writer.Flush();
        var payload = new StatePayload(scratch.Buffer.WrittenSpan);
        scratch.Buffer.ResetWrittenCount();
        scratch.Writer.Reset();
        if (scratch.Buffer.Capacity <= KeptBytesMax) t_scratch = scratch;
        return payload;
    }

    public void Dispose() => Pool.Return(_array);

    /// <summary>Where a thread writes, until it is known how long it is.</summary>
    private sealed class Scratch
    {
        public Scratch(JsonSerializerOptions json)
        {
            Json = json;
            Writer = new(
                Buffer, new() { Encoder = json.Encoder, Indented = json.WriteIndented, SkipValidation = true });
        }

        public JsonSerializerOptions Json { get; }

        public ArrayBufferWriter<byte> Buffer { get; } = new();

        public Utf8JsonWriter Writer { get; }
    }
}
