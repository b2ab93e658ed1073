namespace Engage.Storage.Sqlite.Keys;

/// <summary>
/// Writes a run little by little, over many transactions: its chunks, then its filter. Nobody sees it before
/// <see cref="Finish"/>. When one of those transactions fails, throw the writer away: the rows left behind are swept.
/// </summary>
/// <param name="source">The entries in order.</param>
/// <param name="keys">How many there are.</param>
internal sealed class KeyRunWriter(long run, int level, IEnumerable<KeyEntry> source, long keys) : IDisposable
{
    private const int PieceBytes = 32_768;

    private const string InsertPiece = "INSERT INTO journal_key_filter (place, bits) VALUES (?1, ?2)";

    private readonly IEnumerator<KeyEntry> _source = source.GetEnumerator();
    private readonly KeyFilter _filter = new(keys);
    private readonly RecordBuffer _chunk = new(KeyChunk.KeysMax * KeyEntry.Bytes);
    private readonly long _chunksExpected = (keys + KeyChunk.KeysMax - 1) / KeyChunk.KeysMax;
    private int _chunks;
    private int _pieces;
    private long _written;

    private long Steps => _chunksExpected + ((_filter.Bytes.Length + PieceBytes - 1) / PieceBytes);

    public bool IsComplete => _chunks + _pieces == Steps;

    /// <summary>
    /// Writes as much as is due when <paramref name="events"/> came since the beginning, so that it is complete when
    /// half of <paramref name="eventsMax"/> have come.
    /// </summary>
    /// <returns>Rows written.</returns>
    public int Advance(SqliteSession session, long events, long eventsMax)
    {
        var before = _chunks + _pieces;
        while (!IsComplete && (_chunks + _pieces) * eventsMax <= 2 * Steps * events) Step(session);
        return _chunks + _pieces - before;
    }

    /// <summary>Writes all that is left.</summary>
    public KeyRun Complete(SqliteSession session)
    {
        while (!IsComplete) Step(session);
        return Finish(session);
    }

    /// <summary>Makes the complete run part of the index.</summary>
    public KeyRun Finish(SqliteSession session)
    {
        if (_written != keys)
            throw new StorageException(
                $"Run {run} of the journal's key index got {_written} keys, expected {keys}. The file was damaged or "
                + "changed by something else; restore the last backup.");
        var finished = new KeyRun(run, level, keys, _chunks, _filter);
        finished.Store(session);
        return finished;
    }

    public void Dispose() => _source.Dispose();

    private void Step(SqliteSession session)
    {
        if (_chunks < _chunksExpected) WriteChunk(session);
        else WritePiece(session);
    }

    private void WriteChunk(SqliteSession session)
    {
        _chunk.Clear(int.MaxValue);
        for (var i = 0; i < KeyChunk.KeysMax && _source.MoveNext(); i++)
        {
            var entry = _source.Current;
            entry.Write(_chunk.Skip(KeyEntry.Bytes));
            _filter.Add(entry.Key);
            _written++;
        }
        KeyChunk.Store(session, run, _chunks++, _chunk.Written);
    }

    private void WritePiece(SqliteSession session)
    {
        var rest = _filter.Bytes[(_pieces * PieceBytes)..];
        session.Prepare(InsertPiece)
            .Bind(1, KeyRun.Place(run, _pieces++)).Bind(2, rest[..Math.Min(PieceBytes, rest.Length)])
            .Run();
    }
}
