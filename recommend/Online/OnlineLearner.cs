using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// Learns P(engaged | shown) from a stream: joins impressions with outcomes, corrects what came late, and draws
/// negatives for engagements that no impression explains. Draws from a generator of its own, so that it disturbs
/// nobody else's. docs/decisions/0008-online-learning.md has the reasons.
/// </summary>
internal sealed class OnlineLearner
{
    /// <summary>Impressions resolved per event at most: a jump of the stream's time must not stall the
    /// writer.</summary>
    private const int ResolvedPerEventMax = 64;

    private const float LateShareRate = 1e-3f;
    private const float PredictedMax = 0.99f;

    /// <summary>Most that one outcome counts beside the usual one. After thousands of outcomes that weighed next to
    /// nothing an ordinary one would be a step out of all proportion.</summary>
    private const float RelativeWeightMax = 100;

    private readonly OnlineOptions _options;
    private readonly SeededRandom _random;
    private readonly ImpressionJoin _join;
    private readonly EngagementModel _model;
    private readonly EngagementWindow _window;
    private readonly DriftMonitor _drift;
    private readonly LossGuard _guard;
    private readonly ReplayBuffer _replay;
    private readonly float[] _row;
    private float[] _cumulated = [];
    private int _cumulatedCount;
    private float _lateShare;
    private float _meanWeight = 1;
    private long _streamMs;
    private long _replayFromMs = long.MaxValue;
    private long _skipped;

    /// <param name="guard">Says when to learn in smaller steps; belongs to the caller.</param>
    /// <param name="pages">Numbers the views of what is frozen.</param>
    public OnlineLearner(
        OnlineOptions options, FeatureLayout layout, LossGuard guard, ulong seed, PageClock? pages = null)
    {
        _guard = guard;
        _options = options;
        _random = new(seed);
        _model = new(options, layout.Count, _random, pages);
        _join = new(options.ImpressionsMax, _model.Layout.Count, options.ImpressionsPerUserMax);
        _window = new(options);
        _drift = new(options);
        _replay = new(options.EngagementReplayed > 0 ? options.ReplayMax : 0, _model.Layout.Count);
        _row = new float[_model.Layout.Count];
    }

    /// <summary>The engagement model's part in the ranking: none until enough was joined, then growing to its
    /// share.</summary>
    public float Share => _options.EngagementShare * Math.Clamp(
        (float)(_window.Resolved - _options.EngagementJoinedMin) / Math.Max(1, _options.EngagementJoinedMin), 0, 1);

    /// <summary>Never kept: whatever changes it, the next step has the one of now.</summary>
    private float RateScale => _guard.RateScale * _drift.RateScale;

    /// <summary>Steps left out because something was not a number.</summary>
    public long Skipped => _skipped;

    public EngagementView Live => new(_model.Live, Share);

    public EngagementProgress Progress => new(
        _window.Resolved, _join.Waiting, _window.Count, _window.Positives, _window.LogLoss(), _window.Auc(),
        _window.Ratio(), _window.CalibrationError(), _lateShare, _window.Rate(explored: false),
        _window.Rate(explored: true), _window.Explored, Share, _drift.Drifts)
    {
        Dropped = _join.Dropped,
    };

    public EngagementView Freeze() => new(_model.Freeze(), Share);

    /// <summary>The stream's own clock, which never goes back; what has waited long enough is taken for passed
    /// over.</summary>
    public void Advance(long atMs)
    {
        _streamMs = Math.Max(_streamMs, atMs);
        for (var i = 0; i < ResolvedPerEventMax && _join.TryExpire(ShownBeforeMs, out var entry, _row); i++)
            PassedOver(entry);
        _join.Widen(_streamMs, (long)_options.JoinWindow.TotalMilliseconds);
    }

    /// <summary>Whether this impression is to wait: not if it only repeats one that does, nor if there is no place for
    /// it.</summary>
    public bool Takes(in Impression shown) =>
        !_join.IsWaiting(ImpressionJoin.KeyOf(shown.User, shown.Item))
        && _join.Takes(ImpressionJoin.UserOf(shown.User));

    /// <summary>Whether what was shown to this user is remembered; of others nobody can say what led to an
    /// engagement.</summary>
    public bool Follows(string user) => _join.Follows(ImpressionJoin.UserOf(user));

    /// <summary>Lets an impression wait for its outcome.</summary>
    /// <param name="ranked">[features], the item's row as the ranker saw it, standardized.</param>
    /// <param name="logShare">Logarithm of its share among the candidates, by the ranker.</param>
    public void Show(in Impression shown, ReadOnlySpan<float> ranked, float logShare)
    {
        var slot = Math.Min(shown.Slot, Impression.SlotMax);
        _model.Layout.FillShown(_row, ranked, logShare, slot);
        var predicted = Logistic.Probability(_model.Logit(_row));
        if (!float.IsFinite(predicted) || !Finite.All(_row))
        {
            _skipped++;
            return;
        }

        var key = ImpressionJoin.KeyOf(shown.User, shown.Item);
        // The row is the buffer of the resolved one as well.
        Span<float> row = stackalloc float[_row.Length];
        _row.CopyTo(row);
        // What has waited long enough has its outcome; what has not is dropped without one.
        while (_join.IsFull && _join.TryExpire(ShownBeforeMs, out var oldest, _row))
            PassedOver(oldest);
        _join.MakeRoom(_streamMs);
        var user = ImpressionJoin.UserOf(shown.User);
        if (!_join.Takes(user))
            return;
        // A yes comes at once and a no when its time is over: what is learned before that is all yes.
        if (_replayFromMs == long.MaxValue)
            _replayFromMs = shown.AtMs + (long)_options.JoinWindow.TotalMilliseconds;
        var propensity = shown.Propensity > 0 ? Math.Clamp(shown.Propensity, Impression.PropensityMin, 1) : 0;
        _join.Add(
            new(key, user, 0, shown.AtMs, predicted, propensity, 0, (short)slot, shown.Explored, Outcome.Waiting),
            row);
    }

    /// <summary>An engagement, whether or not it was the first with this item.</summary>
    /// <returns>False if no impression explains it.</returns>
    public bool TryEngage(string user, string item, float weight, long atMs)
    {
        var earliest = atMs - (long)_options.LateWindow.TotalMilliseconds;
        if (!_join.TryEngage(ImpressionJoin.KeyOf(user, item), weight, earliest, out var entry, _row))
            return false;
        if (entry.Outcome == Outcome.Engaged)
        {
            // A stronger outcome of the same impression: only what it adds is new.
            if (weight > entry.Weight)
                Learn(entry, engaged: true, Relative(weight - entry.Weight));
            return true;
        }

        var late = entry.Outcome == Outcome.PassedOver;
        _lateShare += Math.Max(LateShareRate, 1f / (1 + _window.Resolved)) * ((late ? 1 : 0) - _lateShare);
        _meanWeight += 0.01f * (weight - _meanWeight);
        if (!late)
            Resolve(entry, engaged: true);
        // Relative to the usual outcome, so that the probability stays one: strong outcomes count more, not all more.
        Learn(entry, engaged: true, Relative(weight));
        return true;
    }

    /// <summary>What was dismissed was seen and not wanted; nothing more can come.</summary>
    public void Dismiss(string user, string item)
    {
        if (!_join.TryDismiss(ImpressionJoin.KeyOf(user, item), out var entry, _row))
            return;
        Resolve(entry, engaged: false);
        Learn(entry, engaged: false, 1);
    }

    /// <summary>Lets no impression of this user wait any longer, nor be learned again.</summary>
    public void Forget(string user)
    {
        _join.Forget(ImpressionJoin.UserOf(user));
        _replay.Forget(ImpressionJoin.UserOf(user));
    }

    /// <summary>
    /// An engagement that no impression explains, against candidates that were passed over or never seen: they are
    /// drawn by the root of their popularity, and the draw is taken out of the logit again (log-Q, as in noise
    /// contrastive estimation: Gutmann and Hyvärinen 2010), so that what is popular is not pushed down for being drawn.
    /// </summary>
    /// <param name="rows">[candidates, features], standardized.</param>
    /// <param name="takers">[candidates], how many took each.</param>
    public void LearnUnshown(ReadOnlySpan<float> rows, ReadOnlySpan<int> takers, int taken)
    {
        var draws = _options.EngagementNegatives;
        if (draws == 0 || takers.Length < 2)
            return;
        var total = Cumulate(takers);
        LearnUnshown(rows, taken, engaged: true, Correction(taken));
        for (var d = 0; d < draws; d++)
        {
            var at = _cumulated.AsSpan(0, takers.Length).BinarySearch(_random.NextSingle() * total);
            at = Math.Min(at < 0 ? ~at : at, takers.Length - 1);
            if (at != taken)
                LearnUnshown(rows, at, engaged: false, Correction(at));
        }

        float Correction(int i)
        {
            var probability = (_cumulated[i] - (i == 0 ? 0 : _cumulated[i - 1])) / total;
            return Softmax.Corrected(0, probability * _cumulatedCount, draws);
        }
    }

    /// <summary>True while every weight is a number.</summary>
    public bool IsSound() => Finite.All(_model.Live.Parameters);

    public void Carry(ModelState state)
    {
        var random = (long)_random.State;
        _join.Carry(state);
        _model.Carry(state);
        _window.Carry(state);
        _drift.Carry(state, "engagement.drift");
        _replay.Carry(state, ref _replayFromMs);
        state.Value("online.late_share", ref _lateShare);
        state.Value("online.mean_weight", ref _meanWeight);
        state.Value("online.stream_ms", ref _streamMs);
        state.Value("online.skipped", ref _skipped);
        state.Value("online.random", ref random);
        _random.State = (ulong)random;
    }

    /// <summary>What was shown before this moment has had its time.</summary>
    private long ShownBeforeMs => _streamMs - (long)_options.JoinWindow.TotalMilliseconds;

    private float Relative(float weight) => Math.Min(weight / _meanWeight, RelativeWeightMax);

    private void PassedOver(in ShownEntry entry)
    {
        Resolve(entry, engaged: false);
        // Some of these will be engaged with after all, and counted as such then. So much less does each count now: the
        // fake-negative weight of Ktena et al. 2019, for a stream that waits before it says no. With f = P(engaged) and
        // a share r of engagements that come late, (1 - f) / (1 - (1 - r) f) of what passed the window is truly
        // passed over.
        var f = Math.Min(Logistic.Probability(_model.Logit(_row)), PredictedMax);
        Learn(entry, engaged: false, (1 - f) / (1 - ((1 - _lateShare) * f)));
    }

    private void Resolve(in ShownEntry entry, bool engaged)
    {
        _window.Add(new(entry.Predicted, entry.Propensity, engaged, entry.Explored));
        _drift.Add(BinaryMetrics.LogLoss(entry.Predicted, engaged));
    }

    /// <summary>
    /// One step from the row in hand. Both outcomes of an impression weigh what its slot's choice was worth: what we
    /// would have shown anyway counts once, what was shown against the odds stands for all that were not.
    /// </summary>
    private void Learn(in ShownEntry entry, bool engaged, float weight)
    {
        var unlikely = entry.Propensity == 0 ? 1 : Math.Min(1 / entry.Propensity, _options.PropensityWeightMax);
        if (!float.IsFinite(_model.Learn(_row, engaged, weight * unlikely, RateScale)))
        {
            _skipped++;
            return;
        }

        Replay();
        if (_streamMs >= _replayFromMs)
            _replay.Add(new(entry.User, weight * unlikely, engaged), _row);
    }

    /// <summary>
    /// Steps from what was learned before, as it counted then: fewer and fewer, the more there is to learn from. Not
    /// right after a drift: the stream is not as it was.
    /// </summary>
    private void Replay()
    {
        var need = Math.Max(0, 1 - ((double)_window.Resolved / _options.ReplayUntil));
        if (_replay.Count < _options.ReplayMin || need == 0 || _drift.IsDrifting)
            return;
        Span<float> row = stackalloc float[_row.Length];
        for (var i = 0; i < _options.EngagementReplayed; i++)
        {
            if (_random.NextSingle() >= need)
                continue;
            var again = _replay.Draw(_random, row);
            if (!float.IsFinite(_model.Learn(row, again.Engaged, again.Weight, RateScale)))
                _skipped++;
        }
    }

    private void LearnUnshown(ReadOnlySpan<float> rows, int at, bool engaged, float correction)
    {
        var ranked = _model.Layout.Ranked;
        _model.Layout.FillUnshown(_row, rows.Slice(at * ranked, ranked));
        if (!float.IsFinite(_model.Learn(_row, engaged, 1, RateScale, correction)))
            _skipped++;
    }

    private float Cumulate(ReadOnlySpan<int> takers)
    {
        if (_cumulated.Length < takers.Length)
            _cumulated = new float[2 * takers.Length];
        var total = 0f;
        for (var i = 0; i < takers.Length; i++)
            _cumulated[i] = total += MathF.Sqrt(1 + takers[i]);
        _cumulatedCount = takers.Length;
        return total;
    }
}
