using Engage.Recommend;

namespace Engage.Grains.Recommending;

/// <summary>How the model learns, publishes and stores.</summary>
public sealed class ModelOptions
{
    /// <summary>
    /// Seeds the weights and every later draw of a new model. A stored model goes on with its own. Default 1.
    /// </summary>
    public ulong Seed { get; set; } = 1;

    /// <summary>
    /// The least time between two published snapshots while the stream flows; after a pause the next example is
    /// published at once. Shorter is fresher. Longer spends less: whatever was touched since the last snapshot is
    /// copied for the next, and what was copied is garbage soon, whose collection stops scoring too. Default 50 ms.
    /// </summary>
    public TimeSpan PublishPeriod { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Examples learned between two moments at which the thread is given back. Default 64.</summary>
    public int TurnExamples { get; set; } = 64;

    /// <summary>
    /// How long an event may wait for the model before it is left to a draw whether it trains the ranker too, which is
    /// most of its cost; what waits twice as long does so with a quarter of the chance. Shorter keeps weights fresher
    /// under a stream that is more than the machine can learn; longer lets the ranker learn more of it. Infinite
    /// (-00:00:00.001): every event trains everything, however late. Default 200 ms.
    /// </summary>
    public TimeSpan ThinAfter { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How often the model stores itself with the offsets it includes. A crash repeats at most this much learning, and
    /// the silos on which it does not live score with what was stored: shorter keeps them fresher, and writes the whole
    /// model as often. Default 20 s, in a cluster 5 s.
    /// </summary>
    public TimeSpan StorePeriod { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often it looks for contents that were catalogued elsewhere. Default 1 s.</summary>
    public TimeSpan CataloguePeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often a silo looks whether a newer model was stored, and whether the catalogue has grown. Costs two small
    /// queries each time. Default 1 s.
    /// </summary>
    public TimeSpan FollowPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Check()
    {
        var range = new OptionRange("Model");
        range.NotNegative(PublishPeriod);
        range.AtLeast(1, TurnExamples);
        if (ThinAfter != Timeout.InfiniteTimeSpan) range.Positive(ThinAfter);
        range.Positive(StorePeriod);
        range.Positive(CataloguePeriod);
        range.Positive(FollowPeriod);
    }
}
