namespace Engage.Storage.Sqlite;

/// <summary>Bytes that grow at the end.</summary>
internal sealed class RecordBuffer(int capacity)
{
    private byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>What was written since; valid until the next growth.</summary>
    public Span<byte> From(int start) => _bytes.AsSpan(start, Length - start);

    /// <returns>The next bytes, to be filled by the caller; valid until the next growth.</returns>
    public Span<byte> Skip(int count)
    {
        if (Length + count > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(Length + count, 2L * _bytes.Length)));
        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }

    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Skip(bytes.Length));

    /// <summary>Empty again; what grew for one giant is not kept for ever.</summary>
    public void Clear(int capacityMax)
    {
        Length = 0;
        if (_bytes.Length > capacityMax) _bytes = new byte[capacityMax];
    }
}
