using Engage.Recommend;

namespace Engage.Grains.Activity;

/// <summary>How journaled events reach the actors.</summary>
public sealed class PumpOptions
{
    /// <summary>
    /// Events read and handed out at once, per partition. More amortizes calls better; fewer keeps one busy user from
    /// delaying the others of her partition. Default 256.
    /// </summary>
    public int BatchMax { get; set; } = 256;

    /// <summary>
    /// How often a pump makes its actors store and moves its checkpoint. Longer writes each busy actor's state less
    /// often; a crash then replays more. Default 2 s.
    /// </summary>
    public TimeSpan CheckpointPeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Actors with unstored changes, of one partition, for whom delivery waits until they have stored, so that neither
    /// memory nor replay grows without a bound under load. Default 4,096.
    /// </summary>
    public int UnstoredMax { get; set; } = 4_096;

    /// <summary>
    /// How often each silo calls every pump, whether or not there is something new: how long the pumps of a silo that
    /// died stay away once the cluster knows that it is dead. Default 2 s.
    /// </summary>
    public TimeSpan KeepAlivePeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Actors of a partition asked to store at the same time while delivery goes on. More finishes a checkpoint sooner;
    /// but as storing is work, whoever asks anything of this silo meanwhile waits behind so many of each partition.
    /// Default 2.
    /// </summary>
    public int StoreConcurrency { get; set; } = 2;

    /// <summary>The same while delivery waits for it (<see cref="UnstoredMax"/>). Default 256.</summary>
    public int StoreConcurrencyMax { get; set; } = 256;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Check()
    {
        var range = new OptionRange("Pump");
        range.AtLeast(1, BatchMax);
        range.Positive(CheckpointPeriod);
        range.AtLeast(1, UnstoredMax);
        range.Positive(KeepAlivePeriod);
        range.AtLeast(1, StoreConcurrency);
        range.AtLeast(StoreConcurrency, StoreConcurrencyMax);
    }
}
