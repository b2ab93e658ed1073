using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// Online two-tower retrieval. The user's side is computed from the recent sequence: averages of the items' input
/// vectors, each looking back another distance. The item's side is an output vector for each average, a bias and the
/// biases that follow the stream. Trained by sampled softmax with log-Q correction.
/// </summary>
/// <remarks>
/// What the user has had or dismissed is no negative: it is never served, and pushing it down would push down all that
/// is like it, which is what the user wants next.
/// </remarks>
internal sealed class TwoTower
{
    private readonly RecommenderOptions _options;
    private readonly SeededRandom _random;
    private readonly TowerShape _shape;
    private readonly float[] _places;
    private readonly PagedTable<float> _input;
    private readonly ItemVectors _output;
    private readonly PagedTable<float> _inputSums;
    private readonly PagedTable<float> _outputSums;
    private readonly ContentVectors _content;
    private readonly NegativeDraws _draws;
    private readonly TrendBias _trends;
    private readonly float[] _user;
    private readonly float[] _userGradient;
    private readonly int[] _drawn;
    private readonly float[] _corrections;
    private readonly float[] _logits;
    private bool _broken;

    /// <param name="pages">Numbers the views of what is frozen.</param>
    public TwoTower(RecommenderOptions options, SeededRandom random, PageClock? pages = null)
    {
        (_options, _random, _shape) = (options, random, TowerShape.Of(options));
        _places =
        [
            .. options.TowerDecays.SelectMany(
                decay => Enumerable.Range(0, UserInterest.RecentMax).Select(gap => MathF.Pow(decay, gap))),
        ];
        (_input, _inputSums) =
            (TowerShape.Table(_shape.Dimensions, pages), TowerShape.Table(_shape.Dimensions, pages));
        (_output, _outputSums) = (new(_shape, pages), TowerShape.Table(_shape.Learned, pages));
        _content = new(options, _shape.Learned, pages);
        _draws = new(random);
        _trends = new(options);
        (_user, _userGradient) = (new float[_shape.Count], new float[_shape.Learned]);
        _drawn = new int[options.TowerNegatives + 1];
        (_corrections, _logits) = (new float[_drawn.Length], new float[_drawn.Length]);
    }

    /// <summary>True while every vector was made of numbers when it was last stepped.</summary>
    public bool IsFinite => !_broken;

    public TwoTowerView Live => new(_input.Live, _output.Live, _shape, _places, _trends.Gates);

    public TwoTowerView Freeze() =>
        new(_input.Freeze(), _output.Freeze(), _shape, _places, (float[])_trends.Gates.Clone());

    /// <summary>For everything but searching, while a step is being made.</summary>
    private TwoTowerView Changing => new(_input.Live, _output.Changing, _shape, _places, _trends.Gates);

    public void GrowTo(int items)
    {
        var had = _input.Count;
        foreach (var table in (ReadOnlySpan<PagedTable<float>>)[_input, _inputSums, _outputSums])
            table.GrowTo(items);
        _output.GrowTo(items);
        var deviation = 1 / MathF.Sqrt(_shape.Dimensions);
        for (var item = had; item < items; item++)
        {
            foreach (ref var weight in _input.Writable(item))
                weight = _random.NextNormal() * deviation;
            _inputSums.Writable(item).Fill(_options.TowerAccumulator);
            _outputSums.Writable(item).Fill(_options.TowerAccumulator);
        }

        _draws.GrowTo(items);
        _content.GrowTo(items);
    }

    /// <summary>Gives an item the features that its output vector rests on besides its own part.</summary>
    public void Describe(int item, int[] features) => _content.Describe(item, features, _output);

    /// <summary>Goes through examples several times in seeded order: for a first model from a recorded stream. On the
    /// stream itself <see cref="Learn"/> alone is better; the past learned by heart hides the present.</summary>
    /// <param name="view">The catalogue that the examples' ids are of.</param>
    /// <returns>The mean loss of the last epoch in nats; NaN without examples.</returns>
    public double Fit(
        ModelView view, IReadOnlyList<TowerExample> examples, int epochs, ulong seed, CancellationToken cancel)
    {
        var (asked, query) = (new PreparedQuery(), new Scratch());
        return BatchOrder.Fit(
            examples, epochs, 1, seed,
            batch =>
            {
                asked.Prepare(view with { Towers = Live }, batch[0].Before);
                CandidateSource.Begin(view, asked, query);
                return Learn(query, batch[0].Item);
            },
            cancel);
    }

    /// <summary>One step towards <paramref name="item"/> for the user of <paramref name="query"/>.</summary>
    /// <returns>The loss before the step in nats.</returns>
    public float Learn(Scratch query, int item)
    {
        Changing.User(query.Recent, query.Places, _user);
        Draw(query, item);
        for (var n = 0; n < _drawn.Length; n++)
        {
            _logits[n] = Changing.Logit(_user, _drawn[n]) + _corrections[n];
            // The step is next, as soon as all logits are there.
            _outputSums.Live.Prefetch(_drawn[n]);
            _content.Prefetch(_drawn[n]);
        }

        var loss = Softmax.CrossEntropy(_logits, 0);
        StepOutputs();
        StepInputs(TwoTowerView.Window(query.Recent), TwoTowerView.Window(query.Places));
        _trends.Learn(_output, _shape.TrendAt, _drawn, _corrections, _logits);
        _content.RefreshSome(_output);
        _draws.Remember(item);
        _broken |= !(float.IsFinite(loss) && AreFinite(TwoTowerView.Window(query.Recent)));
        return loss;
    }

    public void Carry(ModelState state)
    {
        state.Table("towers.input", _input);
        _output.Carry(state, "towers.output");
        state.Table("towers.input_sums", _inputSums);
        state.Table("towers.output_sums", _outputSums);
        _draws.Carry(state);
        _trends.Carry(state);
        _content.Carry(state);
    }

    private void Draw(Scratch query, int item)
    {
        // The positive is always there; it is not a draw, and needs no correction.
        (_drawn[0], _corrections[0]) = (item, 0);
        _draws.Draw(_drawn.AsSpan(1));
        // They lie all over the catalogue, few of them in a cache; one by one, each would be waited for.
        foreach (var drawn in _drawn)
        {
            _output.Prefetch(drawn);
            _content.PrefetchFeatures(drawn);
        }

        for (var n = 1; n < _drawn.Length; n++)
            _corrections[n] = _drawn[n] == item || query.IsExcluded(_drawn[n])
                ? float.NegativeInfinity
                : Softmax.Corrected(0, _draws.Probability(_drawn[n]), _options.TowerNegatives);
    }

    /// <summary>Whether what was just stepped is made of numbers: a few rows, still in the cache, instead of a pass
    /// over the whole catalogue.</summary>
    private bool AreFinite(ReadOnlySpan<int> recent)
    {
        var finite = Finite.All(_trends.Gates);
        foreach (var item in _drawn)
            finite &= Finite.All(_output.Row(item));
        foreach (var item in recent)
            finite &= item < 0 || Finite.All(_input.Row(item));
        return finite;
    }

    private void StepOutputs()
    {
        Array.Clear(_userGradient);
        var user = _user.AsSpan(0, _shape.Learned);
        for (var n = 0; n < _drawn.Length; n++)
        {
            if (MathF.Abs(_logits[n]) < 1e-6f)
                continue;
            var row = _output.Writable(_drawn[n])[.._shape.Learned];
            VectorKernels.AddScaled(_userGradient, row, _logits[n]);
            Adagrad.Step(row, _outputSums.Writable(_drawn[n]), user, _logits[n], _options.TowerRate);
            _content.Step(_drawn[n], user, _logits[n], _options.TowerRate, _output);
        }
    }

    private void StepInputs(ReadOnlySpan<int> recent, ReadOnlySpan<int> back)
    {
        var d = _shape.Dimensions;
        Span<float> weights = stackalloc float[_shape.Heads * UserInterest.RecentMax];
        Span<float> gradient = stackalloc float[d];
        for (var head = 0; head < _shape.Heads; head++)
            Changing.Weigh(recent, back, head, weights.Slice(head * UserInterest.RecentMax, UserInterest.RecentMax));
        for (var i = 0; i < recent.Length; i++)
        {
            if (recent[i] < 0)
                continue;
            gradient.Clear();
            for (var head = 0; head < _shape.Heads; head++)
                VectorKernels.AddScaled(
                    gradient, _userGradient.AsSpan(head * d, d), weights[(head * UserInterest.RecentMax) + i]);
            Adagrad.Step(
                _input.Writable(recent[i]), _inputSums.Writable(recent[i]), gradient, 1, _options.TowerRate);
        }
    }
}
