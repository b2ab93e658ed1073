namespace Engage.Neural;

/// <summary>
/// An embedding of any 64-bit ids in a fixed number of rows: an id's vector is the signed sum of two rows chosen by
/// hashing (Weinberger et al. 2009; Svenstrup et al. 2017). Two ids share a row now and then, both rows almost never,
/// so they stay apart; memory is fixed however many ids the stream brings.
/// </summary>
public sealed class HashedEmbedding
{
    private readonly EmbeddingTable _table;

    /// <param name="rows">Rows, at least 2.</param>
    /// <param name="width">Floats per vector, at least 1.</param>
    /// <param name="deviation">Standard deviation of a new vector's elements.</param>
    public HashedEmbedding(int rows, int width, SeededRandom random, float deviation = 0.1f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 2);
        _table = new(width);
        _table.GrowTo(rows, random, deviation / MathF.Sqrt(2));
    }

    /// <summary>The rows and their accumulators, for saving.</summary>
    public EmbeddingTable Table => _table;

    /// <summary>The vectors as they are now, for the writer.</summary>
    public HashedEmbeddingView Live => new(_table.Rows.Live);

    /// <summary>An immutable view.</summary>
    public HashedEmbeddingView Freeze() => new(_table.Freeze());

    /// <summary>One Adagrad step of an id's vector, with g = scale · gradient.</summary>
    public void Step(ulong id, ReadOnlySpan<float> gradient, float scale, float rate)
    {
        var (first, second) = HashedRow.Of(id, _table.Count);
        _table.Step(first.Row, gradient, first.Sign * scale, rate);
        _table.Step(second.Row, gradient, second.Sign * scale, rate);
    }
}

/// <summary>A <see cref="HashedEmbedding"/> for reading.</summary>
public readonly struct HashedEmbeddingView
{
    private readonly PagedRows<float> _rows;

    internal HashedEmbeddingView(PagedRows<float> rows) => _rows = rows;

    /// <summary>Floats per vector.</summary>
    public int Width => _rows.Width;

    /// <summary>into += factor · vector of the id.</summary>
    public void AddTo(Span<float> into, ulong id, float factor = 1)
    {
        var (first, second) = HashedRow.Of(id, _rows.Count);
        VectorKernels.AddScaled(into, _rows[first.Row], first.Sign * factor);
        VectorKernels.AddScaled(into, _rows[second.Row], second.Sign * factor);
    }
}

/// <summary>One of an id's rows, and whether it is added or subtracted.</summary>
internal readonly record struct HashedRow(int Row, float Sign)
{
    /// <summary>The two rows of an id; they are never the same.</summary>
    public static (HashedRow First, HashedRow Second) Of(ulong id, int rows)
    {
        var hash = StableHash.Mix(id + 0x9E3779B97F4A7C15);
        var again = StableHash.Mix(hash);
        var first = (int)((hash >> 32) * (ulong)rows >> 32);
        var apart = 1 + (int)((again >> 32) * (ulong)(rows - 1) >> 32);
        return (
            new(first, (hash & 1) == 0 ? 1 : -1),
            new((int)(((long)first + apart) % rows), (again & 1) == 0 ? 1 : -1));
    }
}
