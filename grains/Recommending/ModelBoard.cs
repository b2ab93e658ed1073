using Engage.Recommend;

namespace Engage.Grains.Recommending;

/// <summary>
/// Holds this silo's newest model snapshot. Snapshots are immutable, so that scoring never waits for training: the
/// model publishes by replacing a reference. On the silo where the model is trained that is after every few examples;
/// on the others its follower publishes what was stored.
/// </summary>
internal sealed class ModelBoard
{
    private readonly Lock _gate = new();
    private PublishedModel? _current;
    private object? _trainer;

    /// <summary>Null until a model was published here for the first time.</summary>
    public PublishedModel? Current => Volatile.Read(ref _current);

    /// <summary>True while the model is trained on this silo: nothing stored is newer than what it publishes.</summary>
    public bool IsTrainedHere => Volatile.Read(ref _trainer) is not null;

    public void Publish(PublishedModel model, object trainer)
    {
        lock (_gate)
        {
            _trainer = trainer;
            Volatile.Write(ref _current, model);
        }
    }

    /// <summary>What was published stays until the follower has found something newer.</summary>
    public void Leave(object trainer)
    {
        lock (_gate)
            if (_trainer == trainer)
                _trainer = null;
    }

    public void Follow(PublishedModel model)
    {
        lock (_gate)
            if (_trainer is null)
                Volatile.Write(ref _current, model);
    }
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
