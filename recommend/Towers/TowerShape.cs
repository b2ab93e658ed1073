using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// Where the parts of a tower's vector lie: a block of <paramref name="Dimensions"/> floats for each of the
/// <paramref name="Heads"/>, one bias, and one float for each of the <paramref name="Trends"/>. The user's and the
/// item's vector have the same parts, so that a logit is one dot product.
/// </summary>
/// <param name="Dimensions">Floats per head.</param>
/// <param name="Heads">Averages of the user's recent items, each with a decay of its own.</param>
/// <param name="Trends">Biases that follow the stream; see <see cref="TrendBias"/>.</param>
internal readonly record struct TowerShape(int Dimensions, int Heads, int Trends)
{
    // A step touches rows all over the catalogue, and the first touch of a page after a snapshot copies all of it:
    // four rows, a kilobyte. With pages of one row the list of them would be what a snapshot costs.
    private const int PageShift = 2;

    public int BiasAt => Dimensions * Heads;

    /// <summary>Leading floats that the towers' own steps change: heads and bias.</summary>
    public int Learned => BiasAt + 1;

    public int TrendAt => Learned;

    public int Count => TrendAt + Trends;

    /// <summary>A table that steps change.</summary>
    public static PagedTable<float> Table(int width, PageClock? pages) => new(width, PageShift, pages);

    public static TowerShape Of(RecommenderOptions options) =>
        new(options.TowerDimensions, options.TowerDecays.Count, options.TowerTrendRates.Count);
}
