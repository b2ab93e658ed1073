namespace Engage.Neural;

/// <summary>
/// Gives ids rows of a table and takes back those of ids that went stale, so that memory follows what is alive in the
/// stream and not what ever was. A step is one <see cref="Use"/>; a row that was not used for <c>expireAfter</c> steps
/// may be given to another id.
/// </summary>
/// <remarks>Stale rows are looked for two at a time with every use: no sweep ever stops the stream, and a full table
/// recovers by itself.</remarks>
public sealed class IdRows
{
    private const int LooksPerStep = 2;

    private readonly int _rowsMax;
    private readonly long _expireAfter;
    private readonly PagedIndex _index = new();
    private readonly PagedTable<ulong> _ids = new(1, 8);
    private readonly PagedTable<long> _lastUsed = new(1, 8);
    private readonly List<int> _free = [];
    private long _steps;
    private int _hand;

    /// <param name="rowsMax">Rows at most, at least 1.</param>
    /// <param name="expireAfter">Steps without use after which a row may be recycled, at least 1.</param>
    public IdRows(int rowsMax, long expireAfter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(expireAfter, 1);
        (_rowsMax, _expireAfter) = (rowsMax, expireAfter);
    }

    /// <summary>Rows that ever were in use: a table beside this one needs as many.</summary>
    public int Rows => _ids.Count;

    /// <summary>Ids that have a row.</summary>
    public int Count => _index.Count;

    /// <summary>The rows as they are now, for the writer.</summary>
    public IdRowsView Live => new(_index.Live);

    /// <summary>An immutable view.</summary>
    public IdRowsView Freeze() => new(_index.Freeze());

    /// <summary>Marks an id as used.</summary>
    /// <returns>Its row, -1 when it has none.</returns>
    public int Use(ulong id)
    {
        _steps++;
        var row = Live.Find(id);
        if (row >= 0)
            _lastUsed.Writable(row)[0] = _steps;
        for (var i = 0; i < LooksPerStep && Rows > 0; i++)
            Recycle(_hand = (_hand + 1) % Rows);
        return row;
    }

    /// <summary>Gives an id that has none a row; what the row held belongs to nobody, the caller begins it
    /// anew.</summary>
    /// <returns>The row, -1 while all are in use.</returns>
    public int Give(ulong id)
    {
        if (Live.Find(id) is var had and >= 0)
            return had;
        int row;
        if (_free.Count > 0)
        {
            row = _free[^1];
            _free.RemoveAt(_free.Count - 1);
        }
        else if (Rows < _rowsMax)
        {
            row = Rows;
            _ids.GrowTo(row + 1);
            _lastUsed.GrowTo(row + 1);
        }
        else
        {
            return -1;
        }

        _ids.Writable(row)[0] = id;
        _lastUsed.Writable(row)[0] = _steps;
        _index.Add(id, row);
        return row;
    }

    /// <summary>Takes an id's row back, if it has one.</summary>
    public void Remove(ulong id)
    {
        if (Live.Find(id) is not (var row and >= 0))
            return;
        _index.Remove(id);
        _free.Add(row);
    }

    /// <summary>Everything, for saving.</summary>
    public IdRowsState Save() =>
        new(_ids.Live.ToArray(), _lastUsed.Live.ToArray(), [.. _free], [_steps, _hand]);

    /// <summary>Goes on from a saved state; for a new object only.</summary>
    /// <exception cref="InvalidDataException">The state contradicts itself or has more rows than are
    /// allowed.</exception>
    public void Load(IdRowsState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (Rows != 0 || !Fits(state))
            throw new InvalidDataException(
                $"{state.Ids.Length} ids, {state.LastUsed.Length} last uses and at most {_rowsMax} rows do not go " +
                "together. Load into a new object with the options it was saved with.");
        _ids.GrowTo(state.Ids.Length);
        _lastUsed.GrowTo(state.Ids.Length);
        _free.AddRange(state.Free);
        var free = state.Free.ToHashSet();
        for (var row = 0; row < state.Ids.Length; row++)
        {
            _ids.Writable(row)[0] = state.Ids[row];
            _lastUsed.Writable(row)[0] = state.LastUsed[row];
            if (!free.Contains(row))
                _index.Add(state.Ids[row], row);
        }

        (_steps, _hand) = (state.Clock[0], (int)state.Clock[1]);
    }

    private bool Fits(IdRowsState state)
    {
        var rows = state.Ids.Length;
        return rows <= _rowsMax && state.LastUsed.Length == rows
            && state.Clock is [>= 0, >= 0] && state.Clock[1] <= rows
            && state.Free.All(row => (uint)row < (uint)rows);
    }

    private void Recycle(int row)
    {
        var id = _ids.Row(row)[0];
        if (_steps - _lastUsed.Row(row)[0] <= _expireAfter || Live.Find(id) != row)
            return;
        _index.Remove(id);
        _free.Add(row);
    }
}

/// <summary>A saved <see cref="IdRows"/>.</summary>
/// <param name="Ids">[rows].</param>
/// <param name="LastUsed">[rows], steps.</param>
/// <param name="Free">Rows that belong to nobody, the last is given next.</param>
/// <param name="Clock">Steps, and where the next look for stale rows is.</param>
public sealed record IdRowsState(ulong[] Ids, long[] LastUsed, int[] Free, long[] Clock);

/// <summary><see cref="IdRows"/> for reading.</summary>
public readonly struct IdRowsView
{
    private readonly PagedIndexView _index;

    internal IdRowsView(PagedIndexView index) => _index = index;

    /// <summary>The row of an id, -1 when it has none.</summary>
    public int Find(ulong id) => _index.Find(id);
}
