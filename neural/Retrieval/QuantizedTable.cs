using System.Runtime.InteropServices;

namespace Engage.Neural;

/// <summary>
/// A copy of a table's rows in a third of the memory, for searching: each row as signed bytes times a scale of its own,
/// and how far that is from the row. A search reads the copy, knows by the error what each score can be at most, and
/// asks the table itself only for what can be among the best (<see cref="QuantizedRetrieval"/>).
/// </summary>
/// <remarks>Symmetric scalar quantization with a scale a row. One writer; views as <see cref="PagedTable{T}"/> has
/// them.</remarks>
public sealed class QuantizedTable
{
    /// <summary>Beyond this, products could overflow: such rows are always asked of the table.</summary>
    internal const float MagnitudeMax = 1e15f;

    private const int Rows = QuantizedLayout.RowsPerPage;
    private const float MagnitudeMin = 1e-30f;
    private const float Levels = sbyte.MaxValue;

    // Of an error that is summed in single precision.
    private const float Rounding = 1 + 1e-4f;

    // In steps of the scale, per dimension: three roundings of at most 127 steps.
    private const float StepRounding = 4e-5f;

    private readonly QuantizedLayout _layout;
    private readonly PagedTable<sbyte> _pages;
    private readonly RowLevels _levels;
    private readonly float _root;

    /// <param name="clock">Numbers the views.</param>
    public QuantizedTable(QuantizedLayout layout, PageClock? clock = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layout.Quantized, 1, nameof(layout));
        ArgumentOutOfRangeException.ThrowIfNegative(layout.Exact, nameof(layout));
        (_layout, _pages) = (layout, new(layout.BytesPerRow, QuantizedLayout.PageShift, clock));
        (_levels, _root) = (new(layout.Quantized), MathF.Sqrt(layout.Quantized));
    }

    /// <summary>The rows as they are now; valid only until the next change.</summary>
    public QuantizedRows Live => new(_pages.Live, _layout);

    /// <inheritdoc cref="PagedTable{T}.Freeze"/>
    public QuantizedRows Freeze() => new(_pages.Freeze(), _layout);

    /// <summary>Appends rows of zeros until there are <paramref name="count"/>.</summary>
    public void GrowTo(int count) => _pages.GrowTo(count);

    /// <summary>Takes in what a row is now.</summary>
    /// <param name="values">[dimensions].</param>
    public void Set(int row, ReadOnlySpan<float> values)
    {
        if (values.Length != _layout.Dimensions)
            throw new ArgumentException($"Rows have {_layout.Dimensions} dimensions; got {values.Length} floats.");
        var page = _pages.WritablePage(row);
        var lane = row & (Rows - 1);
        var floats = MemoryMarshal.Cast<sbyte, float>(page[_layout.FloatsAt..]);
        var exact = values[_layout.Quantized..];
        var greatest = _levels.Take(values[.._layout.Quantized]);
        if (!(MathF.Max(greatest, RowLevels.GreatestScalar(exact)) <= MagnitudeMax))
        {
            // Nothing is known of its scores.
            (floats[lane], floats[Rows + lane]) = (0, float.PositiveInfinity);
            for (var d = 0; d < exact.Length; d++)
                floats[((2 + d) * Rows) + lane] = 0;
            return;
        }

        var (scale, perLevel) = greatest < MagnitudeMin ? (0, 0) : (greatest / Levels, Levels / greatest);
        var error = _levels.Round(perLevel);
        var levels = _levels.All;
        var pairs = MemoryMarshal.Cast<sbyte, ushort>(page[.._layout.FloatsAt]);
        for (var (at, d) = (lane, 0); at < pairs.Length && d + 1 < levels.Length; at += Rows, d += 2)
            pairs[at] = (ushort)((byte)levels[d] | (levels[d + 1] << 8));
        floats[lane] = scale;
        floats[Rows + lane] = scale == 0
            ? greatest * _root
            : scale * ((MathF.Sqrt(error) * Rounding) + (StepRounding * _root));
        for (var d = 0; d < exact.Length; d++)
            floats[((2 + d) * Rows) + lane] = exact[d];
    }

    /// <summary>Asks for what <see cref="Set"/> writes.</summary>
    public void Prefetch(int row) => _pages.Live.PrefetchPage(row >> QuantizedLayout.PageShift);
}

/// <summary>Rows of a <see cref="QuantizedTable"/> for searching.</summary>
public readonly struct QuantizedRows
{
    internal QuantizedRows(PagedRows<sbyte> pages, QuantizedLayout layout) => (Pages, Layout) = (pages, layout);

    /// <summary>Rows.</summary>
    public int Count => Pages.Count;

    internal PagedRows<sbyte> Pages { get; }

    internal QuantizedLayout Layout { get; }
}
