using Engage.Neural;

namespace Engage.Recommend;

/// <summary>An item alike in content, and the cosine of the two, in (0, 1].</summary>
internal readonly record struct AlikeItem(int Item, float Similarity);

/// <summary>
/// Which items are alike by what is written about them, for items that nobody has touched yet. Similarity is the cosine
/// of idf-weighted features. The nearest items are found once, when an item is described, so that a query only reads
/// short lists.
/// </summary>
internal sealed class ContentIndex
{
    /// <summary>Most alike items kept per item.</summary>
    public const int AlikeMax = 24;

    // A feature that this many items share says little; the newest ones stay findable.
    private const int PostingsMax = 256;

    private readonly PagedTable<AlikeItem[]?> _alike = new(1, 6);

    // The items in whose lists an item stands, in no order; not saved, the lists tell it.
    private readonly List<List<int>> _listedBy = [];
    private readonly List<int[]> _features = [];
    private readonly List<float> _norms = [];
    private readonly Dictionary<int, List<int>> _postings = [];
    private readonly List<int> _touched = [];
    private readonly TopK _top = new();
    private float[] _sums = [];
    private readonly int[] _counts = new int[TextFeatures.Buckets];
    private int _described;

    public ContentView Live => new(_alike.Live);

    public ContentView Freeze() => new(_alike.Freeze());

    public void GrowTo(int items)
    {
        _alike.GrowTo(items);
        while (_features.Count < items)
        {
            _features.Add([]);
            _listedBy.Add([]);
            _norms.Add(1);
        }
    }

    /// <summary>Buckets of an item; none before it is described.</summary>
    public int[] FeaturesOf(int item) => _features[item];

    /// <summary>Takes in an item's features and finds what is alike. An item described anew leaves the lists of those
    /// it was alike to.</summary>
    public void Describe(int item, int[] features)
    {
        if (features.AsSpan().SequenceEqual(_features[item]))
            return;
        foreach (var old in _features[item])
        {
            _counts[old]--;
            _postings[old].Remove(item);
        }

        Withdraw(item);
        _described += Math.Sign(features.Length) - Math.Sign(_features[item].Length);
        _features[item] = features;
        foreach (var feature in features)
            _counts[feature]++;
        _norms[item] = Norm(features);
        var alike = Nearest(item, features);
        SetAlike(item, alike);
        foreach (var other in alike)
            Introduce(other.Item, new(item, other.Similarity));
        foreach (var feature in features)
            Post(feature, item);
    }

    public void Carry(ModelState state)
    {
        state.Fixed("content.counts", _counts);
        state.Value("content.described", ref _described);
        if (state.Loading)
            Load(state);
        else
            Save(state);
    }

    private void Save(ModelState state)
    {
        var (features, norms, alike) = (_features.ToArray(), _norms.ToArray(), _alike.Share());
        var buckets = _postings.Keys.ToArray();
        Array.Sort(buckets);
        var postings = Array.ConvertAll(buckets, bucket => _postings[bucket].ToArray());
        state.Array("content.norms", ref norms);
        state.Lists("content.features", ref features);
        state.Array("content.buckets", ref buckets);
        state.Lists("content.postings", ref postings);
        // Lists of what is alike are replaced, never changed.
        state.Later("content.alike.lengths", () => Array.ConvertAll(alike.ToArray(), own => own?.Length ?? 0));
        state.Later("content.alike", alike.Count, Each(alike, other => other.Item));
        state.Later("content.similarities", alike.Count, Each(alike, other => other.Similarity));
    }

    /// <summary>One field of what is alike to an item; valid until the next item is asked for.</summary>
    private static Func<int, ReadOnlySpan<T>> Each<T>(PagedRows<AlikeItem[]?> alike, Func<AlikeItem, T> field)
    {
        T[] fields = [];
        return item =>
        {
            var own = alike.At(item) ?? [];
            if (fields.Length < own.Length)
                fields = new T[Math.Max(AlikeMax, own.Length)];
            for (var i = 0; i < own.Length; i++)
                fields[i] = field(own[i]);
            return fields.AsSpan(0, own.Length);
        };
    }

    private void Load(ModelState state)
    {
        int[][] features = [], lists = [], items = [];
        float[] norms = [], similarities = [];
        int[] buckets = [];
        state.Array("content.norms", ref norms);
        state.Lists("content.features", ref features);
        state.Array("content.buckets", ref buckets);
        state.Lists("content.postings", ref lists);
        state.Lists("content.alike", ref items);
        state.Array("content.similarities", ref similarities);
        GrowTo(features.Length);
        for (var (i, at) = (0, 0); i < features.Length; i++)
        {
            (_features[i], _norms[i]) = (features[i], norms[i]);
            SetAlike(i, Array.ConvertAll(items[i], other => new AlikeItem(other, similarities[at++])));
        }

        for (var i = 0; i < buckets.Length; i++)
            _postings.Add(buckets[i], [.. lists[i]]);
    }

    private AlikeItem[] Nearest(int item, int[] features)
    {
        if (_sums.Length < _features.Count)
            Array.Resize(ref _sums, 2 * _features.Count);
        _touched.Clear();
        foreach (var feature in features)
            foreach (var other in _postings.GetValueOrDefault(feature) ?? [])
            {
                if (other == item)
                    continue;
                if (_sums[other] == 0)
                    _touched.Add(other);
                _sums[other] += Idf(feature) * Idf(feature);
            }

        _top.Begin(AlikeMax);
        foreach (var other in _touched)
        {
            // The other's norm is of the day it was described: idf moves slowly, and recomputing it would cost most of
            // the time.
            _top.Offer(_sums[other] / (_norms[item] * _norms[other]), other);
            _sums[other] = 0;
        }

        return Array.ConvertAll(_top.End().ToArray(), best => new AlikeItem(best.Item, MathF.Min(1, best.Score)));
    }

    private void Introduce(int to, AlikeItem newcomer)
    {
        var list = _alike.Row(to)[0] ?? [];
        SetAlike(to,
        [
            .. list.Where(a => a.Item != newcomer.Item).Append(newcomer)
                .OrderByDescending(a => a.Similarity).ThenBy(a => a.Item).Take(AlikeMax),
        ]);
    }

    // A list that loses the item stays shorter until the next newcomer: to find the 25th anew would cost a search each.
    private void Withdraw(int item)
    {
        foreach (var owner in _listedBy[item])
            _alike.Writable(owner)[0] = [.. (_alike.Row(owner)[0] ?? []).Where(a => a.Item != item)];
        _listedBy[item].Clear();
    }

    // A new array each time, so that snapshots keep theirs.
    private void SetAlike(int item, AlikeItem[] alike)
    {
        foreach (var other in _alike.Row(item)[0] ?? [])
        {
            var owners = _listedBy[other.Item];
            var at = owners.IndexOf(item);
            owners[at] = owners[^1];
            owners.RemoveAt(owners.Count - 1);
        }

        foreach (var other in alike)
            _listedBy[other.Item].Add(item);
        _alike.Writable(item)[0] = alike;
    }

    private void Post(int feature, int item)
    {
        if (!_postings.TryGetValue(feature, out var items))
            _postings.Add(feature, items = []);
        items.Add(item);
        if (items.Count > PostingsMax)
            items.RemoveAt(0);
    }

    private float Idf(int feature) => MathF.Log(1 + ((1f + _described) / (0.5f + _counts[feature])));

    private float Norm(int[] features)
    {
        var sum = 0f;
        foreach (var feature in features)
            sum += Idf(feature) * Idf(feature);
        return MathF.Sqrt(MathF.Max(sum, 1e-9f));
    }
}

/// <summary>Likeness at one moment.</summary>
internal readonly struct ContentView(PagedRows<AlikeItem[]?> alike)
{
    /// <summary>Items alike in content, most alike first.</summary>
    public ReadOnlySpan<AlikeItem> Of(int item) => alike.At(item);
}
