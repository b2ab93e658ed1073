namespace Engage.Storage.Sqlite;

/// <summary>
/// Bytes that come at one end and go at the other, in chunks that are used again: whatever passes through leaves the
/// garbage collector nothing to move or to free. A place in it is how many bytes came before.
/// </summary>
internal sealed class ByteQueue
{
    private const int ChunkBytes = 65_536;

    private readonly List<byte[]> _chunks = [];
    private byte[]? _spare;

    /// <summary>The place of the first chunk.</summary>
    private long _begin;
    private long _end;

    /// <returns>The place of these bytes.</returns>
    public long Add(ReadOnlySpan<byte> bytes)
    {
        var place = _end;
        while (!bytes.IsEmpty)
        {
            if (_end == _begin + ((long)_chunks.Count * ChunkBytes)) AddChunk();
            var chunk = ChunkAt(_end);
            var some = bytes[..Math.Min(bytes.Length, chunk.Length)];
            some.CopyTo(chunk);
            bytes = bytes[some.Length..];
            _end += some.Length;
        }
        return place;
    }

    /// <summary>Those from a place on, as many as there is room for; the caller knows that they came and were not
    /// dropped.</summary>
    public void CopyTo(long place, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            var chunk = ChunkAt(place);
            var some = chunk[..Math.Min(target.Length, chunk.Length)];
            some.CopyTo(target);
            target = target[some.Length..];
            place += some.Length;
        }
    }

    /// <summary>Nobody will ask for what is before a place.</summary>
    public void DropBefore(long place)
    {
        var whole = (int)((place - _begin) / ChunkBytes);
        if (whole == 0) return;

        _spare = _chunks[0];
        _chunks.RemoveRange(0, whole);
        _begin += (long)whole * ChunkBytes;
    }

    private void AddChunk()
    {
        _chunks.Add(_spare ?? GC.AllocateUninitializedArray<byte>(ChunkBytes));
        _spare = null;
    }

    /// <summary>From a place to the end of its chunk.</summary>
    private Span<byte> ChunkAt(long place)
    {
        var (chunk, at) = Math.DivRem(place - _begin, ChunkBytes);
        return _chunks[(int)chunk].AsSpan((int)at);
    }
}
