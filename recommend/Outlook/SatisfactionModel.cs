using Engage.Neural;

namespace Engage.Recommend;

/// <summary>One example of <see cref="SatisfactionModel"/>.</summary>
/// <param name="Features">What the caller knows besides; <see cref="OutlookOptions.SatisfactionFeatures"/>
/// numbers.</param>
internal readonly record struct RatingExample(ulong User, ulong Item, float Rating, float[] Features);

/// <summary>
/// How a user would rate an item: means of all, of the user and of the item, each drawn towards the other by how few
/// ratings there are; the product of a vector of the user and one of the item (Koren et al. 2009); and a perceptron
/// over all this and the caller's features that corrects their sum. Trained by squared error.
/// </summary>
internal sealed class SatisfactionModel
{
    private readonly OutlookOptions _options;
    private RatingBiases _biases;
    private readonly RatingFactors _factors;
    private readonly Mlp _mlp;
    private readonly TrainedParameters _parameters;
    private readonly RunningMoments _moments;
    private readonly SatisfactionWorkspace _work = new();
    private float[]? _inverse;
    private bool _broken;

    public SatisfactionModel(OutlookOptions options, SeededRandom random)
    {
        _options = options;
        (_biases, _factors) = (new(options), new(options, random.NextUInt64()));
        _mlp = new([RatingFeatures.Own + options.SatisfactionFeatures, .. options.SatisfactionHidden, 1],
            Activation.Gelu, wide: true);
        _parameters = new(
            _mlp.ParameterCount, options.SatisfactionRate, options.GradientMax, options.AverageSteps);
        _mlp.Initialize(random).CopyTo(_parameters.Values, 0);
        _moments = new(_mlp.Inputs, 50_000);
        Progress = new(options.ProgressWindow);
    }

    /// <summary>How near expected ratings were before they were learned.</summary>
    public ErrorWindow Progress { get; }

    /// <summary>True while every weight of the perceptron, and what was foreseen from the other parts, is a
    /// number.</summary>
    public bool IsFinite => !_broken && _parameters.IsFinite && Finite.All(_moments.Mean)
        && Finite.All(_moments.Variance);

    private float[] InverseDeviations => _inverse ??= _moments.InverseDeviations();

    public SatisfactionView Freeze() => View(
        _biases.Freeze(), _factors.Freeze(), _parameters.Freeze(), (float[])_moments.Mean.Clone());

    private SatisfactionView Live(float[] parameters) => View(_biases.Live, _factors.Live, parameters, _moments.Mean);

    /// <summary>Expects a rating, then takes one step towards what was given.</summary>
    public void Learn(ulong user, ulong item, float rating, ReadOnlySpan<float> features)
    {
        var said = Live(_parameters.Average);
        Progress.Add(said.Predict(user, item, features, _work) - rating, said.Biases.Mean - rating);
        Live(_parameters.Values).Predict(user, item, features, _work);
        Step(user, item, rating);
    }

    /// <summary>What is known of a user's own taste.</summary>
    public void Forget(ulong user)
    {
        _biases.Forget(user);
        _factors.Forget(user);
    }

    /// <summary>Learns from a batch of examples, shuffled, <paramref name="epochs"/> times. The means are taken anew
    /// from these examples in each epoch: so each rating is expected without having been counted.</summary>
    /// <returns>The mean squared error of the last epoch, in ratings, before each step; NaN without examples.</returns>
    public double Fit(
        IReadOnlyList<RatingExample> examples, int epochs, ulong seed, CancellationToken cancel = default)
    {
        var loss = double.NaN;
        for (var epoch = 0; epoch < epochs && examples.Count > 0; epoch++)
        {
            _biases = new(_options);
            loss = BatchOrder.Fit(examples, 1, 1, seed + (ulong)epoch, batch =>
            {
                Live(_parameters.Values).Predict(batch[0].User, batch[0].Item, batch[0].Features, _work);
                var error = _work.Sum - batch[0].Rating;
                Step(batch[0].User, batch[0].Item, batch[0].Rating);
                return error * error;
            }, cancel);
        }

        return loss;
    }

    private void Step(ulong user, ulong item, float rating)
    {
        _broken |= !float.IsFinite(_work.Sum);
        Span<float> gradient = [2 * (_work.Sum - rating) / (_options.RatingMax - _options.RatingMin)];
        _mlp.Backward(_parameters.Values, _work.Rows, gradient, 1, _work.Mlp, _parameters.Gradients);
        _parameters.Step();
        _factors.Learn(user, item, rating - _work.Sum);
        _biases.Learn(user, item, rating);
        _moments.Add(_work.Raw, 1);
        _inverse = null;
    }

    public void Carry(ModelState state)
    {
        var rows = _moments.Rows;
        _parameters.Carry(state, "outlook.satisfaction");
        _biases.Carry(state);
        _factors.Carry(state);
        state.Fixed("outlook.satisfaction.feature_means", _moments.Mean);
        state.Fixed("outlook.satisfaction.feature_variances", _moments.Variance);
        state.Value("outlook.satisfaction.feature_rows", ref rows);
        Progress.Carry(state, "outlook.satisfaction.progress");
        (_moments.Rows, _inverse) = (rows, null);
    }

    private SatisfactionView View(
        RatingBiasesView biases, RatingFactorsView factors, float[] parameters, float[] mean) =>
        new(_options, biases, factors, _mlp, parameters, mean, InverseDeviations);
}

/// <summary>A <see cref="SatisfactionModel"/> at one moment.</summary>
internal readonly record struct SatisfactionView(
    OutlookOptions Options, RatingBiasesView Biases, RatingFactorsView Factors, Mlp Mlp, float[] Parameters,
    float[] Mean, float[] InverseDeviations)
{
    /// <summary>The rating that a user is expected to give one item.</summary>
    public float Predict(ulong user, ulong item, ReadOnlySpan<float> features, SatisfactionWorkspace work)
    {
        var rating = 0f;
        Predict(user, new ReadOnlySpan<ulong>(in item), features, new Span<float>(ref rating), work);
        return rating;
    }

    /// <summary>The ratings that a user is expected to give several items, by one pass through the
    /// perceptron.</summary>
    /// <param name="features">[items, features].</param>
    /// <param name="ratings">[items], overwritten.</param>
    public void Predict(
        ulong user, ReadOnlySpan<ulong> items, ReadOnlySpan<float> features, Span<float> ratings,
        SatisfactionWorkspace work)
    {
        var (inputs, given) = (Mlp.Inputs, Options.SatisfactionFeatures);
        work.Begin(items.Length * inputs);
        var ofUser = Biases.OfUser(user);
        var vector = Factors.Users[user];
        for (var i = 0; i < items.Length; i++)
        {
            var row = work.Raw.Slice(i * inputs, inputs);
            var product = VectorKernels.Dot(vector, Factors.Items[items[i]]);
            ratings[i] = product + RatingFeatures.Fill(Biases.Mean, ofUser, Biases.OfItem(items[i]), product, row);
            features.Slice(i * given, given).CopyTo(row[RatingFeatures.Own..]);
        }

        work.Raw.CopyTo(work.Rows);
        RunningMoments.Standardize(work.Rows, items.Length, Mean, InverseDeviations);
        VectorKernels.AddScaled(ratings, Mlp.Forward(Parameters, work.Rows, items.Length, work.Mlp), 1);
        work.Sum = ratings[0];
        foreach (ref var rating in ratings)
            rating = Math.Clamp(rating, Options.RatingMin, Options.RatingMax);
    }
}

/// <summary>Buffers of one caller of <see cref="SatisfactionView"/>.</summary>
internal sealed class SatisfactionWorkspace
{
    private float[] _raw = [];
    private float[] _rows = [];
    private int _length;

    public MlpWorkspace Mlp { get; } = new();

    /// <summary>Features as they are, [items, inputs].</summary>
    public Span<float> Raw => _raw.AsSpan(0, _length);

    /// <summary>Features standardized, [items, inputs].</summary>
    public Span<float> Rows => _rows.AsSpan(0, _length);

    /// <summary>What was expected of the first item before it was put within the scale.</summary>
    public float Sum { get; set; }

    public void Begin(int length)
    {
        _length = length;
        if (_raw.Length < length)
            (_raw, _rows) = (new float[length], new float[length]);
    }
}
