namespace Engage.Evaluation;

/// <summary>
/// Ranks all known items that the user has not had by how often they were taken, optionally forgetting: an event that
/// is h events old counts 2^(-h / halfLife). Time is counted in events and not in hours, so one setting means the same
/// on every stream. Ties go to the item that was seen first.
/// </summary>
public sealed class PopularityBaseline : IPrequentialRecommender
{
    // The newest event always adds the largest weight; instead of decaying every item, the weight grows and all
    // scores are scaled down when it nears the end of a double's range.
    private const double WeightMax = 1e200;

    private readonly double _growth;
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<int>> _had = new(StringComparer.Ordinal);
    private readonly List<string> _items = [];
    private double[] _scores = new double[1024];
    private double _weight = 1;

    private PopularityBaseline(double growth) => _growth = growth;

    /// <summary>Plain popularity: nothing is forgotten.</summary>
    public static PopularityBaseline Plain() => new(1);

    /// <summary>Popularity with a half-life of <paramref name="halfLifeEvents"/> events.</summary>
    public static PopularityBaseline Recent(double halfLifeEvents = 500)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(halfLifeEvents);
        return new(Math.Pow(2, 1 / halfLifeEvents));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> RecommendAsync(
        string user, int count, long atMs, CancellationToken cancellation)
    {
        var had = _had.GetValueOrDefault(user);
        return ValueTask.FromResult<IReadOnlyList<string>>(BestItems.Of<double>(_items, _scores, had, count));
    }

    /// <inheritdoc/>
    public ValueTask LearnAsync(Interaction interaction, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(interaction);
        var item = IndexOf(interaction.Item);
        if (!_had.TryGetValue(interaction.User, out var had))
            _had.Add(interaction.User, had = []);
        had.Add(item);
        _weight *= _growth;
        _scores[item] += _weight;
        if (_weight > WeightMax)
            Rescale();
        return ValueTask.CompletedTask;
    }

    private int IndexOf(string item)
    {
        if (_indexes.TryGetValue(item, out var index))
            return index;
        index = _items.Count;
        _indexes.Add(item, index);
        _items.Add(item);
        if (index == _scores.Length)
            Array.Resize(ref _scores, index * 2);
        return index;
    }

    private void Rescale()
    {
        for (var i = 0; i < _items.Count; i++)
            _scores[i] /= _weight;
        _weight = 1;
    }
}
