namespace Engage.Evaluation;

/// <summary>
/// The rule to beat where taste is stable: how often two items were taken by one user, unbounded and unforgetting, summed over the
/// user's history with a decay per place, so that the last items speak loudest. Items that tie, and users without history, are ordered
/// by popularity.
/// </summary>
public sealed class CoOccurrenceBaseline(double decay = 0.95) : IPrequentialRecommender
{
    // A place whose weight is below this changes nothing that one could see.
    private const double WeightMin = 1e-3;
    private const double PopularityWeight = 1e-9;

    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> _histories = new(StringComparer.Ordinal);
    private readonly List<string> _items = [];
    private readonly List<int> _counts = [];
    private readonly List<Dictionary<int, int>> _pairs = [];
    private double[] _scores = [];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> RecommendAsync(
        string user, int count, long atMs, CancellationToken cancellation)
    {
        if (_scores.Length < _items.Count)
            _scores = new double[_items.Count * 2];
        for (var i = 0; i < _items.Count; i++)
            _scores[i] = _counts[i] * PopularityWeight;
        var history = _histories.GetValueOrDefault(user) ?? [];
        var weight = 1.0;
        for (var place = history.Count - 1; place >= 0 && weight > WeightMin; place--, weight *= decay)
            foreach (var (other, times) in _pairs[history[place]])
                _scores[other] += weight * times / Math.Sqrt(_counts[other]);
        foreach (var had in history)
            _scores[had] = double.NegativeInfinity;
        return ValueTask.FromResult<IReadOnlyList<string>>(Best(count));
    }

    /// <inheritdoc/>
    public ValueTask LearnAsync(Interaction interaction, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(interaction);
        if (!_indexes.TryGetValue(interaction.Item, out var item))
        {
            _indexes.Add(interaction.Item, item = _items.Count);
            _items.Add(interaction.Item);
            _counts.Add(0);
            _pairs.Add([]);
        }

        if (!_histories.TryGetValue(interaction.User, out var history))
            _histories.Add(interaction.User, history = []);
        _counts[item]++;
        foreach (var other in history)
        {
            if (other == item)
                continue;
            _pairs[item][other] = _pairs[item].GetValueOrDefault(other) + 1;
            _pairs[other][item] = _pairs[other].GetValueOrDefault(item) + 1;
        }

        history.Remove(item);
        history.Add(item);
        return ValueTask.CompletedTask;
    }

    private string[] Best(int count)
    {
        var best = new PriorityQueue<int, (double Score, int Late)>(count + 1);
        for (var i = 0; i < _items.Count; i++)
        {
            if (double.IsNegativeInfinity(_scores[i])
                || (best.Count == count && best.TryPeek(out _, out var worst) && _scores[i] <= worst.Score))
                continue;
            best.Enqueue(i, (_scores[i], -i));
            if (best.Count > count)
                best.Dequeue();
        }

        var list = new string[best.Count];
        for (var place = list.Length - 1; place >= 0; place--)
            list[place] = _items[best.Dequeue()];
        return list;
    }
}
