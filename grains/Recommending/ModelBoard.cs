using Engage.Recommend;

namespace Engage.Grains.Recommending;

/// <summary>
/// Holds this silo's newest model snapshot. Snapshots are immutable, so that scoring never waits for training: the model
/// publishes by replacing a reference.
/// </summary>
public sealed class ModelBoard
{
    private RecommenderSnapshot? _current;

    /// <summary>Null until the model has published for the first time.</summary>
    public RecommenderSnapshot? Current => Volatile.Read(ref _current);

    public void Publish(RecommenderSnapshot snapshot) => Volatile.Write(ref _current, snapshot);
}
