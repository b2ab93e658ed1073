using System.Numerics;
using System.Runtime.InteropServices;

namespace Engage.Evaluation;

/// <summary>
/// The rule to beat where taste is stable: how often two items were taken by one user, and how close to each other,
/// summed over the user's last items with a decay per place, so that the last ones speak loudest. What often goes with
/// everything is held back by its own popularity. Items that tie, and users without history, are ordered by popularity.
/// </summary>
/// <param name="decay">Weight of a user's items by place, newest first, when asked.</param>
/// <param name="closeness">Weight of a pair by the places between its items, when counted.</param>
/// <remarks>
/// Counting every pair of a long history alike is much weaker (HR@10 .180 against .205 on a stream of films): a peer
/// worth beating must know that what was taken in one sitting belongs together.
/// </remarks>
public sealed class CoOccurrenceBaseline(double decay = 0.8, double closeness = 0.9) : IPrequentialRecommender
{
    private const int CountedPlaces = 50;
    private const float PartnerPower = 0.5f;
    private const float ItemPower = 0.3f;

    // A place whose weight is below this changes nothing that one could see.
    private const double WeightMin = 1e-2;
    private const float PopularityWeight = 1e-7f;

    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> _histories = new(StringComparer.Ordinal);
    private readonly List<string> _items = [];
    private readonly List<int> _counts = [];
    private readonly List<Pairs> _pairs = [];
    private readonly List<float> _powers = [];
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
            _pairs[history[place]].AddTo(_scores, (float)weight / MathF.Pow(_counts[history[place]], PartnerPower));
        Weigh(_scores, CollectionsMarshal.AsSpan(_powers), CollectionsMarshal.AsSpan(_counts));
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
            _powers.Add(0);
            _pairs.Add(new());
        }

        if (!_histories.TryGetValue(interaction.User, out var history))
            _histories.Add(interaction.User, history = []);
        // Kept, because a question reads it of every item.
        _powers[item] = MathF.Pow(++_counts[item], ItemPower);
        if (!history.Contains(item))
            Count(history, item);
        return ValueTask.CompletedTask;
    }

    /// <summary>Holds each score back by its item's popularity, and adds what breaks ties.</summary>
    private static void Weigh(Span<float> scores, ReadOnlySpan<float> powers, ReadOnlySpan<int> counts)
    {
        var i = 0;
        for (; i <= counts.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var popular = Vector.ConvertToSingle(new Vector<int>(counts[i..])) * PopularityWeight;
            ((new Vector<float>(scores[i..]) / new Vector<float>(powers[i..])) + popular).CopyTo(scores[i..]);
        }

        for (; i < counts.Length; i++)
            scores[i] = (scores[i] / powers[i]) + (counts[i] * PopularityWeight);
    }

    private void Count(List<int> history, int item)
    {
        var weight = 1.0;
        for (var place = history.Count - 1; place >= Math.Max(0, history.Count - CountedPlaces); place--)
        {
            _pairs[item].Add(history[place], (float)weight);
            _pairs[history[place]].Add(item, (float)weight);
            weight *= closeness;
        }

        history.Add(item);
    }

    /// <summary>Partners of one item and how often and how closely each was met; read as arrays, which is what a query
    /// spends its time on.</summary>
    private sealed class Pairs
    {
        private readonly Dictionary<int, int> _places = [];
        private int[] _partners = new int[4];
        private float[] _times = new float[4];

        public void Add(int partner, float weight)
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

            _times[place] += weight;
        }

        public void AddTo(float[] scores, float weight)
        {
            for (var i = 0; i < _places.Count; i++)
                scores[_partners[i]] += weight * _times[i];
        }
    }
}
