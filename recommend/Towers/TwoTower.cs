using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// Online two-tower retrieval. The user's side is computed from the recent sequence: two averages of the items' input
/// vectors, one that looks at the last few items and one over the whole window. The item's side is an output vector for
/// each average and a bias. Trained by sampled softmax with log-Q correction; negatives are half uniform and half what
/// others took lately.
/// </summary>
internal sealed class TwoTower
{
    private const int RingMax = 8192;

    // Rows of hashed features, features used per item, and described items whose vector is brought up to date per step:
    // features are shared, so a step for one item moves others, which follow within a few hundred steps.
    private const int FeatureRows = 1 << 13;
    private const int FeaturesPerItem = 16;
    private const int RefreshedPerStep = 4;

    private readonly RecommenderOptions _options;
    private readonly SeededRandom _random;
    private readonly PagedTable<float> _input;
    private readonly PagedTable<float> _output;
    private readonly PagedTable<float> _inputSums;
    private readonly PagedTable<float> _outputSums;
    private readonly PagedTable<float> _features;
    private readonly PagedTable<float> _featureSums;
    private readonly PagedTable<float> _means;
    private readonly List<int[]> _featuresOf = [];
    private readonly List<int> _described = [];
    private readonly List<int> _ring = [];
    private readonly List<int> _ringCounts = [];
    private readonly float[] _user;
    private readonly float[] _userGradient;
    private readonly float[] _step;
    private readonly float[] _moved;
    private readonly int[] _drawn;
    private readonly float[] _logits;
    private int _ringAt;
    private int _refreshAt;

    public TwoTower(RecommenderOptions options, SeededRandom random)
    {
        (_options, _random) = (options, random);
        var d = options.TowerDimensions;
        (_input, _inputSums) = (new(d), new(d));
        (_output, _outputSums) = (new((2 * d) + 1), new((2 * d) + 1));
        (_features, _featureSums, _means) = (new((2 * d) + 1), new((2 * d) + 1), new((2 * d) + 1));
        _user = new float[(2 * d) + 1];
        _userGradient = new float[(2 * d) + 1];
        _step = new float[d];
        _moved = new float[(2 * d) + 1];
        _drawn = new int[options.TowerNegatives + 1];
        _logits = new float[options.TowerNegatives + 1];
    }

    public TwoTowerView Live => new(_input.Live, _output.Live, _options);

    public TwoTowerView Freeze() => new(_input.Freeze(), _output.Freeze(), _options);

    public void GrowTo(int items)
    {
        var had = _input.Count;
        foreach (var table in (PagedTable<float>[])[_input, _output, _inputSums, _outputSums])
            table.GrowTo(items);
        var deviation = 1 / MathF.Sqrt(_options.TowerDimensions);
        for (var item = had; item < items; item++)
        {
            foreach (ref var weight in _input.Writable(item))
                weight = _random.NextNormal() * deviation;
            _inputSums.Writable(item).Fill(_options.TowerAccumulator);
            _outputSums.Writable(item).Fill(_options.TowerAccumulator);
            _ringCounts.Add(0);
            _featuresOf.Add([]);
        }

        _means.GrowTo(items);
    }

    /// <summary>Gives an item the features that its output vector rests on besides its own part.</summary>
    public void Describe(int item, int[] features)
    {
        if (_features.Count == 0 && features.Length > 0)
        {
            _features.GrowTo(FeatureRows);
            _featureSums.GrowTo(FeatureRows);
            for (var row = 0; row < FeatureRows; row++)
                _featureSums.Writable(row).Fill(_options.TowerAccumulator);
        }

        if (_featuresOf[item].Length == 0 && features.Length > 0)
            _described.Add(item);
        _featuresOf[item] = [.. features.Take(FeaturesPerItem).Select(feature => feature % FeatureRows)];
        Refresh(item);
    }

    /// <summary>One step towards <paramref name="item"/> for a user with these recent items.</summary>
    public void Learn(ReadOnlySpan<int> recent, int item)
    {
        var live = Live;
        live.User(recent, _user);
        Draw(item);
        for (var n = 0; n < _drawn.Length; n++)
        {
            // The positive is always there; it is not a draw, and needs no correction.
            var logit = live.Logit(_user, _drawn[n]);
            _logits[n] = n == 0 ? logit
                : _drawn[n] == item ? float.NegativeInfinity
                : Softmax.Corrected(logit, Probability(_drawn[n]), _options.TowerNegatives);
        }

        Softmax.CrossEntropy(_logits, 0);
        Array.Clear(_userGradient);
        var rate = _options.TowerRate;
        for (var n = 0; n < _drawn.Length; n++)
        {
            if (MathF.Abs(_logits[n]) < 1e-6f)
                continue;
            var row = _output.Writable(_drawn[n]);
            VectorKernels.AddScaled(_userGradient, row, _logits[n]);
            Adagrad.Step(row, _outputSums.Writable(_drawn[n]), _user, _logits[n], rate);
            StepFeatures(_drawn[n], _logits[n], rate);
        }

        StepInputs(recent, rate);
        Remember(item);
        for (var i = 0; i < RefreshedPerStep && _described.Count > 0; i++)
            Refresh(_described[_refreshAt = (_refreshAt + 1) % _described.Count]);
    }

    private void StepFeatures(int item, float gradient, float rate)
    {
        var features = _featuresOf[item];
        foreach (var feature in features)
            Adagrad.Step(
                _features.Writable(feature), _featureSums.Writable(feature), _user, gradient / features.Length, rate);
        if (features.Length > 0)
            Refresh(item);
    }

    /// <summary>Moves an item's output vector by what the mean of its features has moved since the last time.</summary>
    private void Refresh(int item)
    {
        var features = _featuresOf[item];
        var moved = _moved.AsSpan();
        moved.Clear();
        foreach (var feature in features)
            VectorKernels.AddScaled(moved, _features.Row(feature), 1f / features.Length);
        VectorKernels.AddScaled(moved, _means.Row(item), -1);
        VectorKernels.AddScaled(_output.Writable(item), moved, 1);
        VectorKernels.AddScaled(_means.Writable(item), moved, 1);
    }

    public void Carry(ModelState state)
    {
        var (ring, counts) = (_ring.ToArray(), _ringCounts.ToArray());
        state.Table("towers.input", _input);
        state.Table("towers.output", _output);
        state.Table("towers.input_sums", _inputSums);
        state.Table("towers.output_sums", _outputSums);
        state.Array("towers.ring", ref ring);
        state.Array("towers.ring_counts", ref counts);
        var featuresOf = _featuresOf.ToArray();
        var described = _described.ToArray();
        state.Table("towers.features", _features);
        state.Table("towers.feature_sums", _featureSums);
        state.Table("towers.feature_means", _means);
        state.Lists("towers.features_of", ref featuresOf);
        state.Array("towers.described", ref described);
        state.Value("towers.refresh_at", ref _refreshAt);
        state.Value("towers.ring_at", ref _ringAt);
        if (!state.Loading)
            return;
        _featuresOf.Clear();
        _featuresOf.AddRange(featuresOf);
        _described.Clear();
        _described.AddRange(described);
        _ring.Clear();
        _ring.AddRange(ring);
        _ringCounts.Clear();
        _ringCounts.AddRange(counts);
    }

    private void StepInputs(ReadOnlySpan<int> recent, float rate)
    {
        var d = _options.TowerDimensions;
        Span<float> quick = stackalloc float[UserInterest.RecentMax];
        Span<float> slow = stackalloc float[UserInterest.RecentMax];
        var from = Math.Max(0, recent.Length - UserInterest.RecentMax);
        Live.SequenceWeights(recent[from..], quick, slow);
        for (var i = from; i < recent.Length; i++)
        {
            if (recent[i] < 0)
                continue;
            _step.AsSpan().Clear();
            VectorKernels.AddScaled(_step, _userGradient.AsSpan(0, d), quick[i - from]);
            VectorKernels.AddScaled(_step, _userGradient.AsSpan(d, d), slow[i - from]);
            Adagrad.Step(_input.Writable(recent[i]), _inputSums.Writable(recent[i]), _step, 1, rate);
        }
    }

    private void Draw(int positive)
    {
        _drawn[0] = positive;
        for (var n = 1; n < _drawn.Length; n++)
            _drawn[n] = _ring.Count > 0 && (n & 1) == 0 ? _ring[_random.Next(_ring.Count)] : _random.Next(_input.Count);
    }

    private float Probability(int item) => _ring.Count == 0
        ? 1f / _input.Count
        : (0.5f / _input.Count) + (0.5f * _ringCounts[item] / _ring.Count);

    private void Remember(int item)
    {
        _ringCounts[item]++;
        if (_ring.Count < RingMax)
        {
            _ring.Add(item);
            return;
        }

        _ringCounts[_ring[_ringAt]]--;
        _ring[_ringAt] = item;
        _ringAt = (_ringAt + 1) % RingMax;
    }
}

/// <summary>The towers at one moment.</summary>
internal readonly struct TwoTowerView(PagedRows<float> input, PagedRows<float> output, RecommenderOptions options)
{
    /// <summary>Length of a user vector: two averages and a constant 1 for the bias.</summary>
    public int UserSize => output.Width;

    /// <summary>Fills <paramref name="user"/> from the recent items, oldest first; negative numbers are unknown
    /// items.</summary>
    public void User(ReadOnlySpan<int> recent, Span<float> user)
    {
        var d = options.TowerDimensions;
        recent = recent[Math.Max(0, recent.Length - UserInterest.RecentMax)..];
        Span<float> quick = stackalloc float[UserInterest.RecentMax];
        Span<float> slow = stackalloc float[UserInterest.RecentMax];
        SequenceWeights(recent, quick, slow);
        user.Clear();
        user[^1] = 1;
        for (var i = 0; i < recent.Length; i++)
        {
            if (recent[i] < 0)
                continue;
            VectorKernels.AddScaled(user[..d], input[recent[i]], quick[i]);
            VectorKernels.AddScaled(user.Slice(d, d), input[recent[i]], slow[i]);
        }
    }

    /// <summary>Weights of the two averages by place; each sums to 1 over the known items.</summary>
    public void SequenceWeights(ReadOnlySpan<int> recent, Span<float> quick, Span<float> slow)
    {
        float quickSum = 0, slowSum = 0;
        for (var i = 0; i < recent.Length; i++)
        {
            var gap = recent.Length - 1 - i;
            quick[i] = recent[i] < 0 ? 0 : MathF.Pow(options.TowerQuickDecay, gap);
            slow[i] = recent[i] < 0 ? 0 : MathF.Pow(options.TowerSlowDecay, gap);
            quickSum += quick[i];
            slowSum += slow[i];
        }

        for (var i = 0; i < recent.Length; i++)
        {
            quick[i] /= MathF.Max(quickSum, 1e-9f);
            slow[i] /= MathF.Max(slowSum, 1e-9f);
        }
    }

    public float Logit(ReadOnlySpan<float> user, int item) => VectorKernels.Dot(user, output[item]);

    /// <summary>Items.</summary>
    public int Count => output.Count;

    /// <summary>Logits of the items from <paramref name="first"/> on, which begins a page: as many as fit.</summary>
    public void Logits(ReadOnlySpan<float> user, int first, Span<float> into)
    {
        for (var at = 0; at < into.Length; at += output.RowsPerPage)
        {
            var page = output.Page((first + at) / output.RowsPerPage);
            var count = Math.Min(output.RowsPerPage, into.Length - at);
            VectorKernels.DotRows(page[..(count * output.Width)], user, into.Slice(at, count));
        }
    }
}
