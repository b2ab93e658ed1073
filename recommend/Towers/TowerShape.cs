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
    public int BiasAt => Dimensions * Heads;

    /// <summary>Leading floats that the towers' own steps change: heads and bias.</summary>
    public int Learned => BiasAt + 1;

    public int TrendAt => Learned;

    public int Count => TrendAt + Trends;

    public static TowerShape Of(RecommenderOptions options) =>
        new(options.TowerDimensions, options.TowerDecays.Count, options.TowerTrendRates.Count);
}
