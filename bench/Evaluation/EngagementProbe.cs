using Engage.Evaluation;
using Engage.Neural;
using Engage.Recommend;

namespace Engage.Bench.Evaluation;

/// <summary>What `evaluate` says of telling engagements from non-engagements.</summary>
/// <param name="Pairs">Positives judged; as many negatives.</param>
/// <param name="Precision">Of the class "engage"; so are recall and F1.</param>
internal sealed record ClassificationResult(
    string Slice, int Pairs, double Accuracy, double Precision, double Recall, double F1, double MacroF1, double Auc,
    double LogLoss, double CalibrationError)
{
    /// <summary>Precision, recall and F1 of both classes.</summary>
    public required string Table { get; init; }

    /// <summary>Positives among them of which the model had no evidence: nobody had taken the item before. Counted as
    /// probability one half, judged "not engage".</summary>
    public required int Unknown { get; init; }

    /// <summary>First engagements without a pair: the user has had nearly every item, none was found to
    /// draw.</summary>
    public required int LeftOut { get; init; }

    /// <summary>What the figure means, for whoever reads it alone.</summary>
    public string Meaning => 
        "each engagement against one known item drawn uniformly among those the user has not had; half of the "
        + "examples are positive, and most drawn items are easy: it says nothing of the order at the top; "
        + FormattableString.Invariant($"{Unknown} items nobody had taken before count as judged not to engage, ")
        + FormattableString.Invariant($"{LeftOut} engagements found no item to draw");
}

/// <summary>
/// Engage or not engage, as practitioners report it: before each first engagement is learned, the item taken and one
/// item drawn among the others are judged by the served model, and a small perceptron, trained online on the same
/// judgements from the middle of the stream on, turns them into a probability. Counted over the last fifth.
/// </summary>
internal sealed class EngagementProbe
{
    // Beside the ranker's own features: its logit, the towers', whether it is a candidate.
    private const int Judgements = 3;
    private const float Rate = 0.001f;

    private readonly int _judgedFrom;
    private readonly int _countedFrom;
    private readonly SeededRandom _random;
    private Mlp _mlp = null!;
    private float[] _parameters = [];
    private float[] _gradients = [];
    private float[] _row = [];
    private Adam _adam = null!;
    private readonly MlpWorkspace _workspace = new();
    private readonly ClassificationReport _report = new("not engage", "engage");
    private readonly Calibration _calibration = new();
    private readonly List<float> _probabilities = [];
    private readonly List<bool> _engaged = [];
    private readonly List<string> _items = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private int _events;
    private int _unknown;
    private int _leftOut;

    public EngagementProbe(int events, ulong seed)
    {
        (_judgedFrom, _countedFrom, _random) = (events / 2, PrequentialLoop.LastFifthOf(events), new(seed));
    }

    private void Begin(int features)
    {
        _mlp = new([features, 32, 1], Activation.Relu, wide: true);
        _parameters = _mlp.Initialize(_random);
        (_gradients, _adam) = (new float[_parameters.Length], new(_parameters.Length));
        _row = new float[features];
    }

    /// <summary>Judges an event before it is learned.</summary>
    /// <param name="isFirst">Whether it is the user's first engagement with the item.</param>
    public void Observe(RecommenderSnapshot snapshot, UserContext user, Interaction taken, bool isFirst)
    {
        if (isFirst && _events >= _judgedFrom)
            JudgePair(snapshot, user, taken);
        _events++;
        if (_known.Add(taken.Item))
            _items.Add(taken.Item);
    }

    public ClassificationResult? Read()
    {
        if (_report.Count == 0)
            return null;
        var (probabilities, engaged) = (_probabilities.ToArray(), _engaged.ToArray());
        var positive = _report.Of(1);
        return new(
            PrequentialLoop.SliceLastFifth, (int)positive.Support, _report.Accuracy, positive.Precision,
            positive.Recall, positive.F1, _report.Macro.F1, BinaryMetrics.Auc(probabilities, engaged),
            BinaryMetrics.LogLoss(probabilities, engaged), _calibration.ExpectedError)
        {
            Table = _report.ToString(), Unknown = _unknown, LeftOut = _leftOut,
        };
    }

    private void JudgePair(RecommenderSnapshot snapshot, UserContext user, Interaction taken)
    {
        if (Draw(user, taken.Item) is not { } other)
        {
            if (_events >= _countedFrom)
                _leftOut++;
            return;
        }

        var evidence = snapshot.Judge(user, [taken.Item, other], taken.AtMs);
        if (evidence[0] is null && _events >= _countedFrom)
            _unknown++;
        Judge(evidence[0], engaged: true);
        Judge(evidence[1], engaged: false);
    }

    private string? Draw(UserContext user, string taken)
    {
        // A user who has had nearly everything may get no negative; the pair is left out then.
        for (var attempt = 0; attempt < 20 && _items.Count > 0; attempt++)
        {
            var item = _items[_random.Next(_items.Count)];
            if (item != taken && !user.HasSeen(item))
                return item;
        }

        return null;
    }

    /// <param name="given">Null for an item that the model does not know.</param>
    private void Judge(Evidence? given, bool engaged)
    {
        if (given is not { } evidence)
        {
            // Half of all examples are positive: that much is known of an unknown item, and nobody would show it.
            Count(0.5f, says: 0, engaged);
            return;
        }

        if (_row.Length == 0)
            Begin(evidence.Features.Length + Judgements);
        evidence.Features.Span.CopyTo(_row);
        _row[^3] = evidence.Ranker / 5;
        _row[^2] = evidence.Towers / 5;
        _row[^1] = evidence.IsCandidate ? 1 : 0;
        var output = _mlp.Forward(_parameters, _row, 1, _workspace);
        var probability = Logistic.Probability(output[0]);
        Count(probability, says: probability >= 0.5f ? 1 : 0, engaged);
        output[0] = Logistic.Gradient(output[0], engaged ? 1 : 0);
        Array.Clear(_gradients);
        _mlp.Backward(_parameters, _row, output, 1, _workspace, _gradients);
        _adam.Step(_parameters, _gradients, Rate);
    }

    private void Count(float probability, int says, bool engaged)
    {
        if (_events < _countedFrom)
            return;
        _report.Add(engaged ? 1 : 0, says);
        _calibration.Add(probability, engaged);
        _probabilities.Add(probability);
        _engaged.Add(engaged);
    }
}
