namespace Engage.Neural;

/// <summary>
/// Dense rows of an embedding and, for each, the accumulator of Adagrad: a step costs the row it touches. One writer;
/// frozen views for readers, as <see cref="PagedTable{T}"/> has them.
/// </summary>
public sealed class EmbeddingTable
{
    private readonly float _accumulator;

    /// <param name="width">Floats per row, at least 1.</param>
    /// <param name="accumulator">What accumulators begin with; more makes the first steps shorter.</param>
    public EmbeddingTable(int width, float accumulator = 0.1f)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(accumulator);
        (_accumulator, Rows, Sums) = (accumulator, new(width), new(width));
    }

    /// <summary>The vectors [count, width].</summary>
    public PagedTable<float> Rows { get; }

    /// <summary>Sums of squared gradients [count, width].</summary>
    public PagedTable<float> Sums { get; }

    /// <summary>Floats per row.</summary>
    public int Width => Rows.Width;

    /// <summary>Rows.</summary>
    public int Count => Rows.Count;

    /// <summary>Appends rows until there are <paramref name="count"/>, normal with mean 0.</summary>
    /// <param name="deviation">Standard deviation of the new elements; 0 draws nothing.</param>
    public void GrowTo(int count, SeededRandom random, float deviation)
    {
        ArgumentNullException.ThrowIfNull(random);
        var had = Count;
        Rows.GrowTo(count);
        Sums.GrowTo(count);
        for (var row = had; row < count; row++)
        {
            Sums.Writable(row).Fill(_accumulator);
            if (deviation == 0)
                continue;
            foreach (ref var weight in Rows.Writable(row))
                weight = random.NextNormal() * deviation;
        }
    }

    /// <summary>Begins a row anew with <paramref name="values"/>.</summary>
    public void Reset(int row, ReadOnlySpan<float> values)
    {
        values.CopyTo(Rows.Writable(row));
        Sums.Writable(row).Fill(_accumulator);
    }

    /// <summary>into[i] = row ids[i].</summary>
    /// <param name="into">[ids, width].</param>
    public void Gather(ReadOnlySpan<int> ids, Span<float> into)
    {
        Shapes.Require(nameof(into), ids.Length * Width, into.Length);
        var rows = Rows.Live;
        for (var i = 0; i < ids.Length; i++)
            rows[ids[i]].CopyTo(into[(i * Width)..]);
    }

    /// <summary>One Adagrad step of one row, with g = scale · gradient.</summary>
    public void Step(int row, ReadOnlySpan<float> gradient, float scale, float rate) =>
        Adagrad.Step(Rows.Writable(row), Sums.Writable(row), gradient, scale, rate);

    /// <summary>An immutable view of the vectors as they are now.</summary>
    public PagedRows<float> Freeze() => Rows.Freeze();
}
