using Engage.Recommend;

namespace Engage.Grains.Recommending;

/// <summary>
/// Holds this silo's newest model snapshot. Snapshots are immutable, so that scoring never waits for training: the
/// model publishes by replacing a reference.
/// </summary>
internal sealed class ModelBoard
{
    private PublishedModel? _current;

    /// <summary>Null until the model has published for the first time.</summary>
    public PublishedModel? Current => Volatile.Read(ref _current);

    public void Publish(PublishedModel model) => Volatile.Write(ref _current, model);
}

/// <param name="StreamTimeMs">
/// When the newest event it learned from happened (Unix time). Recency is judged by this clock, not by the wall's:
/// trends fade because others rise, not because nobody was there, and a replayed past is judged as if it were now. 0
/// before the first event.
/// </param>
internal sealed record PublishedModel(RecommenderSnapshot Snapshot, long StreamTimeMs)
{
    public long NowMs(TimeProvider time) =>
        StreamTimeMs > 0 ? StreamTimeMs : time.GetUtcNow().ToUnixTimeMilliseconds();
}
