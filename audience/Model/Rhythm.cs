namespace Engage.Audience.Model;

/// <summary>
/// When a simulated user comes: visits are Poisson arrivals whose rate is personal (few are very active) and swings
/// over the day around a favourite hour.
/// </summary>
/// <param name="Weight">Share of visits relative to others, positive.</param>
/// <param name="FavouriteHour">UTC hour of most visits, 0 to 24.</param>
internal sealed record Rhythm(double Weight, double FavouriteHour)
{
    private const double WeightSpread = 0.9;
    private const double DaySwing = 0.7;

    public static Rhythm Draw(Random random) =>
        new(Math.Exp(LatentVector.Gaussian(random) * WeightSpread), random.NextDouble() * 24);

    /// <summary>Relative rate of visits at <paramref name="now"/>.</summary>
    public double RateAt(DateTimeOffset now) =>
        Weight * (1 + (DaySwing * Math.Cos(2 * Math.PI * (now.TimeOfDay.TotalHours - FavouriteHour) / 24)));

    /// <summary>
    /// Time to the next of arrivals that come <paramref name="perSecond"/> times a second on average.
    /// </summary>
    public static TimeSpan NextGap(Random random, double perSecond) =>
        TimeSpan.FromSeconds(Math.Min(3600, -Math.Log(1 - random.NextDouble()) / perSecond));
}
