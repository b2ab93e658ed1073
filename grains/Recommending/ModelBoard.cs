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

    /// <summary>Null until a model was published here for the first time. To look at; who ranks with it takes
    /// <see cref="Hold"/>.</summary>
    public PublishedModel? Current => Volatile.Read(ref _current);

    /// <summary>True while the model is trained on this silo: nothing stored is newer than what it publishes.</summary>
    public bool IsTrainedHere => Volatile.Read(ref _trainer) is not null;

    /// <summary>The current model, held; <see cref="PublishedModel.Release"/> it after use. Null as
    /// <see cref="Current"/>.</summary>
    public PublishedModel? Hold()
    {
        while (Current is { } model)
        {
            model.Snapshot.Hold();
            // Still there: so it was held before the board let go of it. Else its pages may be in use again.
            if (ReferenceEquals(model, Current)) return model;
            model.Release();
        }
        return null;
    }

    /// <param name="model">The board takes over the hold that it was published with.</param>
    public void Publish(PublishedModel model, object trainer)
    {
        lock (_gate)
        {
            _trainer = trainer;
            Replace(model);
        }
    }

    /// <summary>What was published stays until the follower has found something newer.</summary>
    public void Leave(object trainer)
    {
        lock (_gate)
            if (_trainer == trainer)
                _trainer = null;
    }

    /// <param name="model">As with <see cref="Publish"/>.</param>
    public void Follow(PublishedModel model)
    {
        lock (_gate)
            if (_trainer is null)
                Replace(model);
            else
                model.Release();
    }

    // The exchange is a full fence: who holds the old one from here on sees that it is not the current one any more.
    private void Replace(PublishedModel model) => Interlocked.Exchange(ref _current, model)?.Release();
}

/// <param name="StreamTimeMs">
/// When the newest event it learned from happened (Unix time). Recency is judged by this clock, not by the wall's:
/// trends fade because others rise, not because nobody was there, and a replayed past is judged as if it were now. 0
/// before the first event.
/// </param>
internal sealed record PublishedModel(RecommenderSnapshot Snapshot, long StreamTimeMs)
{
    public void Release() => Snapshot.Release();

    public long NowMs(TimeProvider time) =>
        StreamTimeMs > 0 ? StreamTimeMs : time.GetUtcNow().ToUnixTimeMilliseconds();
}
