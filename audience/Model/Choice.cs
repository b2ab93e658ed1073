namespace Engage.Audience.Model;

/// <summary>How likely people do things, given how much they care. Probabilities only; nothing is drawn here.</summary>
internal static class Choice
{
    private const double ClickBias = -2.6;
    private const double AffinityWeight = 4.0;
    private const double QualityWeight = 0.8;
    private const double NoveltyWeight = 0.7;
    private const double PlaceWeight = 0.45;
    private static readonly TimeSpan NoveltyHalfLife = TimeSpan.FromDays(3);

    /// <summary>
    /// Probability of a click on what is shown at <paramref name="place"/> (0 is the top): grows with affinity, quality
    /// and novelty, and falls with the place, because people read from the top.
    /// </summary>
    public static double Click(float affinity, ContentTraits content, int place, DateTimeOffset now) => Sigmoid(
        ClickBias + (AffinityWeight * affinity) + (QualityWeight * content.Quality) +
        (NoveltyWeight * Novelty(content, now)) - (PlaceWeight * Math.Log(1 + place)));

    /// <summary>Probability of going on after each quarter of a content.</summary>
    public static double Continue(float affinity, ContentTraits content) =>
        Sigmoid(0.6 + (2.5 * affinity) + content.Quality);

    /// <summary>Probability of saying so after having finished: likes and purchases are scaled from it.</summary>
    public static double Delight(float affinity, ContentTraits content) =>
        Sigmoid(-1.0 + (2.0 * affinity) + (1.5 * content.Quality));

    /// <summary>The stars that a content deserves in this user's eyes, 1 to 5, before rounding and mood.</summary>
    public static double Stars(float affinity, ContentTraits content) =>
        Math.Clamp(3.2 + (1.5 * affinity) + content.Quality, 1, 5);

    /// <summary>1 when new, half of it after each three days.</summary>
    public static double Novelty(ContentTraits content, DateTimeOffset now) =>
        Math.Pow(0.5, Math.Max(0, (now - content.PublishedAt) / NoveltyHalfLife));

    private static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));
}
