namespace Engage.Evaluation;

/// <summary>
/// From the scale of a recorded stream to the five stars that the product's ratings have. A stream does not say which
/// scale it uses, but its first ratings show it: 1 to 5 as they are, any other scale linearly onto 1 to 5.
/// </summary>
public sealed class RatingScale
{
    /// <summary>Ratings looked at to find the scale.</summary>
    public const int Sample = 1_000;

    private const float StarsMin = 1;
    private const float StarsMax = 5;

    private readonly float _from;
    private readonly float _to;

    private RatingScale(float from, float to) => (_from, _to) = (from, to);

    /// <summary>Ratings that were outside of the scale and said nothing.</summary>
    public int LeftOut { get; private set; }

    /// <summary>The scale of the first <see cref="Sample"/> ratings.</summary>
    /// <returns>Null when there is no rating, or all are the same: a constant is nobody's opinion.</returns>
    public static RatingScale? Of(IEnumerable<Interaction> events)
    {
        var (min, max) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in events.Select(e => e.Value).OfType<float>().Take(Sample))
            (min, max) = (MathF.Min(min, value), MathF.Max(max, value));
        if (!(min < max))
            return null;
        return min >= StarsMin && max <= StarsMax ? new(StarsMin, StarsMax) : new(min, max);
    }

    /// <summary>A rating in stars, 1 to 5; null, and counted, when it is not on the scale.</summary>
    public float? Stars(float value)
    {
        if (value >= _from && value <= _to)
            return StarsMin + ((value - _from) / (_to - _from) * (StarsMax - StarsMin));
        LeftOut++;
        return null;
    }
}
