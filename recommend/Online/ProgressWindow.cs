namespace Engage.Recommend;

/// <summary>Metrics over the newest examples, as a ring.</summary>
internal sealed class ProgressWindow
{
    /// <summary>In a saved model: NaN where an example had no loss.</summary>
    public const string LossesName = "progress.losses";

    private const int Size = 5000;

    private readonly List<(int Rank, float Loss)> _ring = [];
    private long _examples;

    /// <param name="rank">Place of the item before it was learned, 1 for the first; 0 when it was not found.</param>
    /// <param name="loss">Softmax loss, null where the item was unknown and so had none.</param>
    public void Add(int rank, float? loss)
    {
        var entry = (rank, loss ?? float.NaN);
        if (_ring.Count < Size)
            _ring.Add(entry);
        else
            _ring[(int)(_examples % Size)] = entry;
        _examples++;
    }

    public void Carry(ModelState state)
    {
        var ranks = _ring.Select(entry => entry.Rank).ToArray();
        var losses = _ring.Select(entry => entry.Loss).ToArray();
        state.Array("progress.ranks", ref ranks);
        state.Array(LossesName, ref losses);
        state.Value("progress.examples", ref _examples);
        _ring.Clear();
        _ring.AddRange(ranks.Zip(losses));
    }

    public LearningProgress Read(long version, EngagementProgress engagement, OutlookProgress outlook)
    {
        var hits = _ring.Where(entry => entry.Rank is >= 1 and <= 10).ToArray();
        var losses = _ring.Where(entry => !float.IsNaN(entry.Loss)).Select(entry => (double)entry.Loss);
        var n = Math.Max(1, _ring.Count);
        return new(
            _examples, version, _ring.Count, (double)hits.Length / n,
            hits.Sum(hit => 1 / Math.Log2(1 + hit.Rank)) / n, losses.DefaultIfEmpty(0).Average())
        {
            Engagement = engagement, Outlook = outlook,
        };
    }
}
