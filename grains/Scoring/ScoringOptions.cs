using Engage.Recommend;

namespace Engage.Grains.Scoring;

/// <summary>How concurrent requests are joined, and how much may wait.</summary>
public sealed class ScoringOptions
{
    /// <summary>
    /// Requests scored together. More share more work and keep the first of them waiting for the last. Default 32: by
    /// then nearly all that can be shared is, and half of a crowd is scored while the other half asks again.
    /// </summary>
    public int MaxBatchSize { get; set; } = 32;

    /// <summary>
    /// How long a batch that is not full may wait for those that the load promises (<see cref="BatchPacing"/>); an
    /// idle silo never waits. Zero scores what is there. Default 200 µs, a fraction of what a batch takes.
    /// </summary>
    public TimeSpan BatchLingerDelay { get; set; } = TimeSpan.FromMicroseconds(200);

    /// <summary>
    /// Requests that may wait; one more is answered busy. Background requests may fill half of it. 0 refuses all.
    /// Default 1,024: about as many as a core answers within the deadline.
    /// </summary>
    public int MaxQueueLength { get; set; } = 1_024;

    /// <summary>
    /// How long a request that names no deadline may wait. What waited longer is answered busy without being scored:
    /// its caller has gone, and scoring it would make the next one late too. Default 2 s.
    /// </summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Threads that score, each a batch of its own. 0, the default: half of the processors, at least one; the other
    /// half is for the actors and for training.
    /// </summary>
    public int Threads { get; set; }

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal ScoringOptions Checked()
    {
        var range = new OptionRange("Scoring");
        range.AtLeast(1, MaxBatchSize);
        range.AtLeast(0, MaxQueueLength);
        range.NotNegative(BatchLingerDelay);
        range.Positive(Deadline);
        range.AtLeast(0, Threads);
        return this;
    }

    internal int ThreadCount => Threads > 0 ? Threads : Math.Max(1, Environment.ProcessorCount / 2);
}
