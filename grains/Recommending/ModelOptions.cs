namespace Engage.Grains.Recommending;

/// <summary>How the model learns, publishes and stores.</summary>
public sealed class ModelOptions
{
    /// <summary>
    /// Seeds the weights and every later draw of a new model. A stored model goes on with its own. Default 1.
    /// </summary>
    public ulong Seed { get; set; } = 1;

    /// <summary>
    /// Examples learned between two published snapshots, and between two moments at which the thread is given back.
    /// Fewer is fresher; more spends less on publishing. Default 16.
    /// </summary>
    public int PublishEvery { get; set; } = 16;

    /// <summary>
    /// How often the model stores itself with the offsets it includes. A crash repeats at most this much learning.
    /// Default 20 s.
    /// </summary>
    public TimeSpan StorePeriod { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often it looks for contents that were catalogued elsewhere. Default 1 s.</summary>
    public TimeSpan CataloguePeriod { get; set; } = TimeSpan.FromSeconds(1);
}

/// <summary>How the scoring grain joins concurrent requests.</summary>
public sealed class ScoringOptions
{
    /// <summary>Requests scored by one forward pass. Default 32.</summary>
    public int BatchMax { get; set; } = 32;

    /// <summary>Requests that may wait; one more is answered busy. Default 1,024.</summary>
    public int QueueMax { get; set; } = 1_024;
}
