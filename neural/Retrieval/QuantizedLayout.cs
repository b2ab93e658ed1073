namespace Engage.Neural;

/// <summary>
/// How a page of sixteen quantized rows lies in memory: the rows side by side, so that a register holds the same two
/// dimensions of sixteen of them, [pairs, 16, 2] signed bytes; then their scales [16], their errors [16] and the
/// dimensions that are kept as they are [exact, 16], all floats.
/// </summary>
/// <param name="Quantized">Leading dimensions that are quantized.</param>
/// <param name="Exact">Dimensions behind them that are kept as floats: few, and of another magnitude.</param>
public readonly record struct QuantizedLayout(int Quantized, int Exact)
{
    internal const int PageShift = 4;
    internal const int RowsPerPage = 1 << PageShift;

    /// <summary>Dimensions of a row.</summary>
    public int Dimensions => Quantized + Exact;

    /// <summary>An odd dimension has a zero beside it.</summary>
    internal int Pairs => (Quantized + 1) / 2;

    internal int BytesPerRow => (2 * Pairs) + (sizeof(float) * (2 + Exact));

    /// <summary>Where in a page the floats begin.</summary>
    internal int FloatsAt => 2 * Pairs * RowsPerPage;
}
