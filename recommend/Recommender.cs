using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// The mutable recommender: one writer learns from the stream and publishes immutable snapshots that any number of
/// threads read. It knows no clock and no disk; times come with the events.
/// </summary>
/// <remarks>
/// What an event costs. <see cref="Learn"/> searches candidates as an answer does, because the ranker is to be trained
/// on what would have been served: the two-tower sweep reads a quantized copy of every item's vector (76 dimensions
/// with the default sizes, 10 MB at 100,000 items) and grows with the catalogue. Where the item taken is none of the
/// candidates nothing is ranked, and the sweep ends as soon as that is known, mostly at once. Ties, trends, features
/// and the steps of the models depend on the user's recent items and the number of candidates, not on the catalogue.
/// In small catalogues the ranker's step is most of it, in large ones the sweep. <see cref="Observe"/> sweeps nothing,
/// <see cref="Show"/> once per list shown, <see cref="Check"/> nothing unless it is thorough. Memory grows by the
/// item: the towers' vectors and their step sizes, some hundred bytes of statistics, and up to 10 KB of ties for an
/// item with <see cref="RecommenderOptions.NeighboursMax"/> neighbours.
/// </remarks>
public sealed class Recommender
{
    /// <summary>Strongest engagement there may be: a hundred ordinary ones. Beyond, one event would be all that the
    /// trends know, and soon no number.</summary>
    public const float WeightMax = 100;

    private readonly RecommenderOptions _options;
    private readonly SeededRandom _random;
    private readonly PageClock _pages = new();
    private readonly Catalogue _catalogue;
    private readonly Trends _trends;
    private readonly StageTrends _stages;
    private readonly CoOccurrence _ties;
    private readonly ContentIndex _content = new();
    private readonly TermsTable _terms = new();
    private readonly TwoTower _towers;
    private readonly HistoryAttention _attention;
    private readonly Ranker _ranker;
    private readonly RuleMixture _mixture;
    private readonly ProgressWindow _progress = new();
    private readonly CandidateSearch _search = new();
    private readonly DriftMonitor _drift;
    private readonly LossGuard _guard;
    private readonly OnlineLearner _online;
    private readonly RankerTraining _training;
    private readonly Outlook _outlook;
    private readonly ShownQuery _shown = new();
    private readonly Canary _canary = new();
    private RecommenderSnapshot? _published;
    private long _version;
    private long _events;

    /// <summary>Something was odd, or nobody has looked yet: <see cref="Check"/> looks at everything.</summary>
    private bool _suspect;

    /// <param name="seed">Same seed, same options, same calls: same answers.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Recommender(RecommenderOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Checked();
        _random = new(seed);
        _catalogue = new(_pages);
        _trends = new(options.TrendHalfLivesEvents, options.TrendHalfLives, _pages);
        _stages = new(options, _pages);
        _ties = new(options, pages: _pages);
        _towers = new(options, _random, _pages);
        _attention = new(options, _random, _pages);
        _ranker = new(
            options, new FeatureLayout(_trends.Columns + _stages.Columns, options.TowerDecays.Count + 1), _random,
            _pages);
        _mixture = new(options, _ranker.Layout);
        _drift = new(options.Online);
        _guard = new(options.RankerGradientMax);
        // A generator of its own: what is shown must not change what the others draw.
        _online = new(options.Online, _ranker.Layout, _guard, seed ^ 0x5DEECE66D, _pages);
        _training = new(_attention, _ranker, _mixture, _online, _progress, _drift, _guard);
        _outlook = new(options.Outlook, seed ^ 0x9E3779B97F4A7C15, _pages);
    }

    /// <summary>Features of a candidate that the ranker reads.</summary>
    public int RankerFeatures => _ranker.Layout.Count;

    /// <summary>Progressive validation: how well the model foresaw what it then learned.</summary>
    public LearningProgress Progress => _progress.Read(_version, _online.Progress, _outlook.Progress) with
    {
        Drifts = _drift.Drifts,
        IsDrifting = _drift.IsDrifting,
        Rate = _options.RankerRate * _training.RateScale,
        Skipped = _guard.Skipped + _online.Skipped,
        // One that is not a number is the guard's matter, and nothing that JSON can say.
        GradientNorm = float.IsFinite(_ranker.GradientNorm) ? _ranker.GradientNorm : 0,
    };

    /// <summary>Takes in what is known of an item, new or changed.</summary>
    public void Upsert(ItemProfile item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var index = _catalogue.Describe(item);
        Grow();
        var features = TextFeatures.Of(item);
        _content.Describe(index, features);
        _terms.Describe(index, item);
        _towers.Describe(index, features);
        Change();
    }

    /// <summary>Learns from a user's first engagement with an item.</summary>
    /// <param name="before">The user just before the engagement.</param>
    /// <param name="weight">Strength of the engagement, above 0, at most <see cref="WeightMax"/>; 1 is an ordinary
    /// one.</param>
    /// <param name="atMs">Unix time in milliseconds.</param>
    /// <param name="user">Whose engagement, to find the impression that led to it; empty when nobody said.</param>
    /// <param name="ranks">False spares the search for candidates and the ranker's step, most of the cost: for a writer
    /// that falls behind. Drawn without regard to the example, those left teach the ranker the same, only slower; all
    /// else learns as ever.</param>
    public void Learn(
        UserContext before, string item, float weight, long atMs, string user = "", bool ranks = true)
    {
        ArgumentNullException.ThrowIfNull(before);
        RequireWeight(weight, item);
        var explained = Join(user, item, weight, atMs);
        _canary.Remember(before, atMs);
        var view = LiveView();
        var isCandidate = ranks && _search.TryFind(view, before, view.Catalogue.Find(item));
        if (!ranks)
            _search.Know(view, before);
        var index = _catalogue.IndexOf(item, atMs);
        // Rejected: ranking it among the candidates all the same. Items that no source found would be seen as taken and
        // never as passed over, and the ranker would come to prefer what looks unlikely.
        if (isCandidate)
            _suspect |= !_training.Learn(view, before, _search.Found, index, atMs, explained);
        else if (ranks)
            _progress.Add(0, null);
        Grow();
        _towers.Learn(_search.Found, index);
        _ties.Add(_search.Found.Recent, _search.Found.Places, index);
        _stages.Add(StageTrends.Of(before.SeenCount), index, weight, atMs);
        Count(index, weight, atMs).TakeAt(MathF.Log(1 + before.SeenCount));
    }

    /// <summary>Counts a repeated engagement, which says something about the item's trend and nothing new about the
    /// user.</summary>
    /// <param name="user">As in <see cref="Learn"/>.</param>
    public void Observe(string item, float weight, long atMs, string user = "")
    {
        RequireWeight(weight, item);
        Join(user, item, weight, atMs);
        var index = _catalogue.IndexOf(item, atMs);
        Grow();
        Count(index, weight, atMs);
    }

    /// <summary>
    /// Takes in that an item was shown. It waits for its outcome (<see cref="OnlineOptions.JoinWindow"/>); an item that
    /// is not known is nobody's question.
    /// </summary>
    /// <param name="user">The user as of then.</param>
    public void Show(UserContext user, in Impression shown)
    {
        ArgumentNullException.ThrowIfNull(user);
        Advance(shown.AtMs);
        var view = LiveView();
        if (view.Catalogue.Find(shown.Item) is not (>= 0 and var item) || !_online.Takes(shown))
            return;
        Span<float> row = stackalloc float[_ranker.Layout.Count];
        var logShare = _shown.Fill(view, user, shown, item, row);
        _online.Show(shown, row, logShare);
    }

    /// <summary>Takes in that a user does not want an item.</summary>
    public void Dismiss(string user, string item, long atMs)
    {
        Advance(atMs);
        _online.Dismiss(user, item);
    }

    /// <summary>Learns from any action what users do next, see <see cref="Outlook.Observe"/>.</summary>
    /// <param name="before">The user's last actions before this one, oldest first.</param>
    /// <param name="item">What was acted on, null for nothing: with a value, the action is its rating.</param>
    public void Act(string user, ReadOnlySpan<UserAction> before, UserAction action, string? item)
    {
        _outlook.Observe(user, before, action);
        if (item is not null && action.Value is { } rating)
            _outlook.Rate(user, item, rating);
        _published = null;
    }

    /// <summary>
    /// Drops what is kept of this user to learn from later, or to serve her: impressions that wait, whose return is
    /// waited for, what she thinks of items. What all have taught the weights together stays.
    /// </summary>
    public void Forget(string user)
    {
        ArgumentNullException.ThrowIfNull(user);
        _online.Forget(user);
        _outlook.Forget(user);
        // Whoever was shown something last, or learned from: it may be she.
        _shown.Forget();
        _canary.Forget();
        _published = null;
    }

    /// <summary>
    /// Whether the model may be published: what was learned since the last look is made of numbers alone, and the loss
    /// has not exploded. The cost does not grow with the catalogue, unless something was odd or the model was just
    /// loaded.
    /// </summary>
    /// <param name="reason">What is wrong; empty for a sound model.</param>
    /// <param name="thorough">Asks the <see cref="Canary"/> as well; costs about as much as learning one
    /// example.</param>
    public Soundness Check(out string reason, bool thorough = false)
    {
        reason = NotNumbers(thorough || _suspect) ?? "";
        _suspect = reason.Length > 0;
        if (reason.Length > 0)
            return Soundness.NotNumbers;
        reason = _guard.Explosion ?? "";
        return reason.Length > 0 ? Soundness.Exploded : Soundness.Sound;
    }

    /// <summary>Learns in smaller steps for a while: what exploded once may bear them.</summary>
    public void Calm() => _guard.Calm();

    /// <summary>Takes the loss as it is now for the usual one: smaller steps did not help, so the stream has
    /// changed.</summary>
    public void AcceptLoss() => _guard.Accept();

    /// <summary>The next snapshot's version is above this one: versions never go back, even if learning does.</summary>
    public void PassVersion(long version) => _version = Math.Max(_version, version);

    /// <summary>An immutable snapshot of the model as it is now, held once for the caller; the same one while nothing
    /// has changed.</summary>
    public RecommenderSnapshot Publish()
    {
        if (_published is { Pages: { } held } same && held.TryHold())
            return same;
        var pages = _pages.Begin();
        return _published = new(
            ++_version,
            new(
                _options, _catalogue.Freeze(), _trends.Freeze(), _stages.Freeze(), _ties.Freeze(), _content.Freeze(),
                _terms.Freeze(), _towers.Freeze(), _attention.Freeze(), _ranker.Freeze(), _events, _online.Freeze(),
                _outlook.Freeze(), _mixture.Freeze()),
            pages);
    }

    /// <summary>The model as it is now, not copied: for measuring, on the writer's thread, until the next change.
    /// Nobody holds it; it is not to be released.</summary>
    public RecommenderSnapshot Look() => new(_version, LiveView() with { Outlook = _outlook.Freeze() }, null);

    /// <summary>Writes everything that learning goes on from: weights, optimizer state, statistics, random state,
    /// impressions that wait.</summary>
    /// <exception cref="ArithmeticException">A weight is not a number; nothing was written.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(Capture().ToBytes());
    }

    /// <summary>What <see cref="Save"/> would write now. The tables are not copied but shared until they change, so
    /// that this takes a small part of the time of saving.</summary>
    public RecommenderImage Capture()
    {
        var (pages, state) = (_pages.Begin(), ModelState.ToSave());
        Carry(state);
        return new(state, pages);
    }

    /// <summary>Reads what <see cref="Save"/> wrote; the result goes on exactly as the saved one would have.</summary>
    /// <param name="options">The options it was saved with.</param>
    /// <exception cref="InvalidDataException">The stream is no such model, or was saved with other sizes.</exception>
    public static Recommender Load(Stream stream, RecommenderOptions options)
    {
        var recommender = new Recommender(options, 0);
        recommender.Carry(ModelState.ToLoad(stream));
        return recommender;
    }

    private void Carry(ModelState state)
    {
        var (random, version) = ((long)_random.State, _version);
        _catalogue.Carry(state);
        _trends.Carry(state);
        _stages.Carry(state);
        _ties.Carry(state);
        _content.Carry(state);
        _terms.Carry(state);
        _towers.Carry(state);
        _attention.Carry(state);
        _ranker.Carry(state);
        _mixture.Carry(state);
        _progress.Carry(state);
        _drift.Carry(state, "drift");
        _guard.Carry(state);
        _online.Carry(state);
        _outlook.Carry(state);
        _shown.Carry(state);
        state.Value("random", ref random);
        state.Value("version", ref version);
        state.Value("events", ref _events);
        if (state.Loading)
            (_random.State, _version, _published, _suspect) = ((ulong)random, version, null, true);
    }

    private ModelView LiveView() =>
        new(_options, _catalogue.Live, _trends.Live, _stages.Live, _ties.Live, _content.Live, _terms.Live, _towers.Live,
            _attention.Live, _ranker.Live, _events, _online.Live, Mixture: _mixture.Live);

    /// <summary>Tells the impressions that time has passed, and that one of them was answered.</summary>
    /// <returns>False if no impression explains the engagement, and one would have been remembered.</returns>
    private bool Join(string user, string item, float weight, long atMs)
    {
        Advance(atMs);
        // Of whom no impression is remembered, none is missing: the sample of users stays a fair one.
        return user.Length > 0 && (_online.TryEngage(user, item, weight, atMs) || !_online.Follows(user));
    }

    private static void RequireWeight(float weight, string item)
    {
        if (!(weight is > 0 and <= WeightMax))
            throw new ArgumentOutOfRangeException(
                nameof(weight), weight, $"An engagement with '{item}' weighs above 0, at most {WeightMax}.");
    }

    private void Advance(long atMs)
    {
        _online.Advance(atMs);
        // What the engagement model learns is served only once it has a share.
        if (_online.Share > 0)
            _published = null;
    }

    private void Change()
    {
        _published = null;
        _shown.Invalidate();
    }

    private string? NotNumbers(bool thorough) =>
        !_towers.IsFinite ? "a weight of the two-tower model is not a number"
        : !_ranker.IsFinite ? "a weight of the ranker is not a number"
        : !_mixture.IsFinite ? "a weight of the mixture of rules is not a number"
        : !_online.IsSound() ? "a weight of the engagement model is not a number"
        : !_outlook.IsFinite ? "a weight of the outlook is not a number"
        : _guard.NotNumbers ?? (thorough ? _canary.Complaint(LiveView()) : null);

    private ref ItemStats Count(int item, float weight, long atMs)
    {
        _trends.Add(item, weight, atMs);
        ref var stats = ref _catalogue.Stats(item);
        stats.FirstEvent = stats.FirstEvent < 0 ? _events : stats.FirstEvent;
        stats.LastEvent = _events;
        stats.LastAtMs = Math.Max(stats.LastAtMs, atMs);
        _events++;
        Change();
        return ref stats;
    }

    private void Grow()
    {
        _trends.GrowTo(_catalogue.Count);
        _stages.GrowTo(_catalogue.Count);
        _ties.GrowTo(_catalogue.Count);
        _content.GrowTo(_catalogue.Count);
        _terms.GrowTo(_catalogue.Count);
        _towers.GrowTo(_catalogue.Count);
        _attention.GrowTo(_catalogue.Count);
    }
}
