namespace Engage.Neural;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014): a small generator whose whole state is one number, so that a saved model goes
/// on with the very draws it would have made.
/// </summary>
public sealed class SeededRandom(ulong seed)
{
    /// <summary>The whole state; a generator made with it continues this one.</summary>
    public ulong State { get; set; } = seed;

    /// <summary>64 uniform bits.</summary>
    public ulong NextUInt64()
    {
        State += 0x9E3779B97F4A7C15;
        var z = State;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in [0, exclusiveMax).</summary>
    public int Next(int exclusiveMax) => (int)(((NextUInt64() >> 32) * (ulong)exclusiveMax) >> 32);

    /// <summary>Standard normal, by Box and Muller.</summary>
    public float NextNormal()
    {
        var radius = MathF.Sqrt(-2 * MathF.Log(1 - NextSingle()));
        return radius * MathF.Cos(2 * MathF.PI * NextSingle());
    }
}
