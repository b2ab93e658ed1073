using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// The part of an item's vector that rests on what is written about it: the mean of its hashed features' vectors, kept
/// added to the item's own part, so that a logit stays one dot product. Features are shared, so a step for one item
/// moves others; those follow within a few hundred steps.
/// </summary>
internal sealed class ContentVectors
{
    private const int FeatureRows = 1 << 13;
    private const int FeaturesPerItem = 16;
    private const int RefreshedPerStep = 4;

    private readonly float _accumulator;
    private readonly PagedTable<float> _features;
    private readonly PagedTable<float> _sums;
    private readonly PagedTable<float> _means;
    private readonly List<int[]> _featuresOf = [];
    private readonly List<int> _described = [];
    private readonly float[] _moved;
    private int _refreshAt;

    /// <param name="width">Leading floats of an item's vector that rest on features.</param>
    /// <param name="pages">Numbers the views of what is frozen or saved.</param>
    public ContentVectors(RecommenderOptions options, int width, PageClock? pages = null)
    {
        _accumulator = options.TowerAccumulator;
        (_features, _sums, _means) =
            (TowerShape.Table(width, pages), TowerShape.Table(width, pages), TowerShape.Table(width, pages));
        _moved = new float[width];
    }

    public void GrowTo(int items)
    {
        while (_featuresOf.Count < items)
            _featuresOf.Add([]);
        _means.GrowTo(items);
    }

    /// <summary>Gives an item its features.</summary>
    public void Describe(int item, int[] features, ItemVectors output)
    {
        if (_features.Count == 0 && features.Length > 0)
        {
            _features.GrowTo(FeatureRows);
            _sums.GrowTo(FeatureRows);
            for (var row = 0; row < FeatureRows; row++)
                _sums.Writable(row).Fill(_accumulator);
        }

        if (_featuresOf[item].Length == 0 && features.Length > 0)
            _described.Add(item);
        _featuresOf[item] = [.. features.Take(FeaturesPerItem).Select(feature => feature % FeatureRows)];
        Refresh(item, output);
    }

    /// <summary>Asks for what <see cref="Prefetch"/> reads.</summary>
    public void PrefetchFeatures(int item) => CacheLines.Prefetch(_featuresOf[item], 0, FeaturesPerItem);

    /// <summary>Asks for what <see cref="Step"/> reads.</summary>
    public void Prefetch(int item)
    {
        _means.Live.Prefetch(item);
        foreach (var feature in _featuresOf[item])
        {
            _features.Live.Prefetch(feature);
            _sums.Live.Prefetch(feature);
        }
    }

    /// <summary>Moves an item's features by <paramref name="scale"/> · <paramref name="gradient"/>.</summary>
    public void Step(int item, ReadOnlySpan<float> gradient, float scale, float rate, ItemVectors output)
    {
        var features = _featuresOf[item];
        if (features.Length == 0)
            return;
        foreach (var feature in features)
            Adagrad.Step(
                _features.Writable(feature), _sums.Writable(feature), gradient, scale / features.Length, rate);
        Refresh(item, output);
    }

    /// <summary>Brings the next few described items up to date with their features.</summary>
    public void RefreshSome(ItemVectors output)
    {
        for (var i = 0; i < RefreshedPerStep && _described.Count > 0; i++)
            Refresh(_described[_refreshAt = (_refreshAt + 1) % _described.Count], output);
    }

    public void Carry(ModelState state)
    {
        var (featuresOf, described) = (_featuresOf.ToArray(), _described.ToArray());
        state.Table("towers.features", _features);
        state.Table("towers.feature_sums", _sums);
        state.Table("towers.feature_means", _means);
        state.Lists("towers.features_of", ref featuresOf);
        state.Array("towers.described", ref described);
        state.Value("towers.refresh_at", ref _refreshAt);
        if (!state.Loading)
            return;
        _featuresOf.Clear();
        _featuresOf.AddRange(featuresOf);
        _described.Clear();
        _described.AddRange(described);
    }

    /// <summary>Moves an item's vector by what the mean of its features has moved since the last time.</summary>
    private void Refresh(int item, ItemVectors output)
    {
        var features = _featuresOf[item];
        var moved = _moved.AsSpan();
        moved.Clear();
        foreach (var feature in features)
            VectorKernels.AddScaled(moved, _features.Row(feature), 1f / features.Length);
        VectorKernels.AddScaled(moved, _means.Row(item), -1);
        VectorKernels.AddScaled(output.Writable(item)[..moved.Length], moved, 1);
        VectorKernels.AddScaled(_means.Writable(item), moved, 1);
    }
}
