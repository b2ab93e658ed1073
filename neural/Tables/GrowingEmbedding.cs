namespace Engage.Neural;

/// <summary>Sizes of a <see cref="GrowingEmbedding"/>.</summary>
/// <param name="Width">Floats per vector.</param>
/// <param name="AdmitAfter">Sightings an id needs before it gets a row, 1 to 255. Most ids of a long-tailed stream are
/// seen once or twice: a row for each would be memory for noise.</param>
/// <param name="ExpireAfter">Sightings of any ids after which a row that was not used may be recycled.</param>
/// <param name="RowsMax">Rows at most; when all are alive, new ids keep the shared one.</param>
/// <param name="SketchWidth">Counters for ids without a row, a power of two.</param>
public sealed record GrowingEmbeddingOptions(
    int Width, int AdmitAfter = 3, long ExpireAfter = 1_000_000, int RowsMax = 1 << 20, int SketchWidth = 1 << 14);

/// <summary>
/// A collision-free embedding of 64-bit ids that grows with the stream (Liu et al. 2022, "Monolith"): an id that has
/// been seen often enough gets a row of its own, until then it shares the cold row with all rare ones; rows of stale
/// ids are recycled. One writer; frozen views for readers.
/// </summary>
public sealed class GrowingEmbedding
{
    private const int Cold = 0;

    private readonly GrowingEmbeddingOptions _options;
    private readonly IdRows _rows;
    private readonly FrequencySketch _sketch;
    private readonly EmbeddingTable _table;
    private readonly SeededRandom _random;

    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public GrowingEmbedding(GrowingEmbeddingOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.AdmitAfter, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.AdmitAfter, byte.MaxValue, nameof(options));
        (_options, _random) = (options, new(seed));
        (_rows, _sketch, _table) =
            (new(options.RowsMax, options.ExpireAfter), new(options.SketchWidth), new(options.Width));
        _table.GrowTo(1, _random, 0);
    }

    /// <summary>Ids that have a row of their own.</summary>
    public int Count => _rows.Count;

    /// <summary>Rows held, the cold one included.</summary>
    public int RowsHeld => _table.Count;

    /// <summary>The vectors as they are now, for the writer.</summary>
    public GrowingEmbeddingView Live => new(_rows.Live, _table.Rows.Live);

    /// <summary>An immutable view.</summary>
    public GrowingEmbeddingView Freeze() => new(_rows.Freeze(), _table.Freeze());

    /// <summary>Counts a sighting of an id, and admits it when it was seen often enough.</summary>
    /// <returns>Whether it has a row of its own.</returns>
    public bool See(ulong id)
    {
        if (_rows.Use(id) >= 0)
            return true;
        if (_sketch.Add(id) < _options.AdmitAfter || _rows.Give(id) is not (var given and >= 0))
            return false;
        // A new row begins where the cold one is, a little moved so that rows can part.
        _table.GrowTo(given + 2, _random, 0);
        _table.Reset(given + 1, _table.Rows.Row(Cold));
        foreach (ref var weight in _table.Rows.Writable(given + 1))
            weight += 0.01f * _random.NextNormal();
        return true;
    }

    /// <summary>Takes an id's own row back: from now on it shares the cold one until it is admitted again.</summary>
    public void Forget(ulong id) => _rows.Remove(id);

    /// <summary>One Adagrad step of an id's vector, or of the cold one, with g = scale · gradient.</summary>
    public void Step(ulong id, ReadOnlySpan<float> gradient, float scale, float rate) =>
        _table.Step(_rows.Live.Find(id) + 1, gradient, scale, rate);

    /// <summary>Everything, for saving.</summary>
    public GrowingEmbeddingState Save() => new(
        _rows.Save(), _sketch.Counters, [_sketch.Sightings], _table.Rows.Live.ToArray(), _table.Sums.Live.ToArray(),
        [_random.State]);

    /// <summary>Goes on from a saved state, exactly as the saved one would have; for a new object only.</summary>
    /// <exception cref="InvalidDataException">The state was saved with other options.</exception>
    public void Load(GrowingEmbeddingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var rows = state.Ids.Ids.Length + 1;
        if (state.Sketch.Length != _sketch.Counters.Length || state.Rows.Length != rows * _options.Width
            || state.Sums.Length != state.Rows.Length || state.Sightings.Length != 1 || state.Random.Length != 1)
            throw new InvalidDataException(
                $"{rows} rows, {state.Rows.Length} floats and {state.Sketch.Length} counters do not go with width " +
                $"{_options.Width} and sketch width {_options.SketchWidth}. Load with the options it was saved with.");
        _rows.Load(state.Ids);
        state.Sketch.CopyTo(_sketch.Counters, 0);
        _sketch.Sightings = state.Sightings[0];
        _table.GrowTo(rows, _random, 0);
        for (var row = 0; row < rows; row++)
        {
            state.Rows.AsSpan(row * _options.Width, _options.Width).CopyTo(_table.Rows.Writable(row));
            state.Sums.AsSpan(row * _options.Width, _options.Width).CopyTo(_table.Sums.Writable(row));
        }

        _random.State = state.Random[0];
    }
}

/// <summary>A saved <see cref="GrowingEmbedding"/>.</summary>
/// <param name="Ids">Which id has which row.</param>
/// <param name="Sketch">Counters of ids without a row.</param>
/// <param name="Sightings">One number.</param>
/// <param name="Rows">[rows, width], the cold one first.</param>
/// <param name="Sums">[rows, width], Adagrad's accumulators.</param>
/// <param name="Random">State of the generator, one number.</param>
public sealed record GrowingEmbeddingState(
    IdRowsState Ids, byte[] Sketch, long[] Sightings, float[] Rows, float[] Sums, ulong[] Random);

/// <summary>A <see cref="GrowingEmbedding"/> for reading.</summary>
public readonly struct GrowingEmbeddingView
{
    private readonly IdRowsView _ids;
    private readonly PagedRows<float> _rows;

    internal GrowingEmbeddingView(IdRowsView ids, PagedRows<float> rows) => (_ids, _rows) = (ids, rows);

    /// <summary>The vector of an id; the cold one for ids without a row.</summary>
    public ReadOnlySpan<float> this[ulong id] => _rows[_ids.Find(id) + 1];
}
