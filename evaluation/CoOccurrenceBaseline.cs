namespace Engage.Evaluation;

/// <summary>
/// The rule to beat where taste is stable: how often two items were taken by one user, unbounded and unforgetting,
/// summed over the user's history with a decay per place, so that the last items speak loudest. Items that tie, and
/// users without history, are ordered by popularity.
/// </summary>
public sealed class CoOccurrenceBaseline(double decay = 0.75) : IPrequentialRecommender
{
    // A place whose weight is below this changes nothing that one could see.
    private const double WeightMin = 1e-2;
    private const float PopularityWeight = 1e-7f;

    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> _histories = new(StringComparer.Ordinal);
    private readonly List<string> _items = [];
    private readonly List<int> _counts = [];
    private readonly List<Pairs> _pairs = [];
    private float[] _scores = [];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> RecommendAsync(
        string user, int count, long atMs, CancellationToken cancellation)
    {
        if (_scores.Length < _items.Count)
            _scores = new float[_items.Count * 2];
        Array.Clear(_scores);
        var history = _histories.GetValueOrDefault(user) ?? [];
        var weight = 1.0;
        for (var place = history.Count - 1; place >= 0 && weight > WeightMin; place--, weight *= decay)
            _pairs[history[place]].AddTo(_scores, (float)weight);
        for (var i = 0; i < _items.Count; i++)
            _scores[i] = (_scores[i] / MathF.Sqrt(_counts[i])) + (_counts[i] * PopularityWeight);
        foreach (var had in history)
            _scores[had] = float.NegativeInfinity;
        return ValueTask.FromResult<IReadOnlyList<string>>(BestItems.Of<float>(_items, _scores, null, count));
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
            _pairs.Add(new());
        }

        if (!_histories.TryGetValue(interaction.User, out var history))
            _histories.Add(interaction.User, history = []);
        _counts[item]++;
        foreach (var other in history)
        {
            if (other == item)
                continue;
            _pairs[item].Count(other);
            _pairs[other].Count(item);
        }

        history.Remove(item);
        history.Add(item);
        return ValueTask.CompletedTask;
    }

    /// <summary>Partners of one item and how often each was met; read as arrays, which is what a query spends its time
    /// on.</summary>
    private sealed class Pairs
    {
        private readonly Dictionary<int, int> _places = [];
        private int[] _partners = new int[4];
        private float[] _times = new float[4];

        public void Count(int partner)
        {
            if (!_places.TryGetValue(partner, out var place))
            {
                _places.Add(partner, place = _places.Count);
                if (place == _partners.Length)
                {
                    Array.Resize(ref _partners, 2 * place);
                    Array.Resize(ref _times, 2 * place);
                }

                _partners[place] = partner;
            }

            _times[place]++;
        }

        public void AddTo(float[] scores, float weight)
        {
            for (var i = 0; i < _places.Count; i++)
                scores[_partners[i]] += weight * _times[i];
        }
    }
}
