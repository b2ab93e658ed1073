using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// The mutable recommender: one writer learns from the stream and publishes immutable snapshots that any number of
/// threads read. It knows no clock and no disk; times come with the events.
/// </summary>
public sealed class Recommender
{
    private readonly RecommenderOptions _options;
    private readonly SeededRandom _random;
    private readonly Catalogue _catalogue = new();
    private readonly Trends _trends;
    private readonly CoOccurrence _ties;
    private readonly ContentIndex _content = new();
    private readonly TermsTable _terms = new();
    private readonly TwoTower _towers;
    private readonly Ranker _ranker;
    private readonly ProgressWindow _progress = new();
    private readonly PreparedQuery _asked = new();
    private readonly TowerSweep _sweep = new();
    private readonly Scratch _query = new();
    private readonly Rows<float> _rows = new();
    private RecommenderSnapshot? _published;
    private long _version;
    private int _events;

    /// <param name="seed">Same seed, same options, same calls: same answers.</param>
    public Recommender(RecommenderOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _random = new(seed);
        _trends = new(options);
        _ties = new(options);
        _towers = new(options, _random);
        _ranker = new(options, new FeatureLayout(_trends.Columns), _random);
    }

    /// <summary>Progressive validation: how well the model foresaw what it then learned.</summary>
    public LearningProgress Progress => _progress.Read(_version);

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
        _published = null;
    }

    /// <summary>Learns from a user's first engagement with an item.</summary>
    /// <param name="before">The user just before the engagement.</param>
    /// <param name="weight">Strength of the engagement, positive; 1 is an ordinary one.</param>
    /// <param name="atMs">Unix time in milliseconds.</param>
    public void Learn(UserContext before, string item, float weight, long atMs)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        var view = LiveView();
        _asked.Prepare(view, before);
        _sweep.Find(view.Towers, [_asked], [_options.CandidatesPerSource]);
        CandidateSource.Find(view, _asked, _query);
        var index = _catalogue.IndexOf(item, atMs);
        if (index < view.Catalogue.Count)
            TrainRanker(view, before, index, atMs);
        else
            _progress.Add(0, null);
        Grow();
        _towers.Learn(_query, index);
        _ties.Add(_query.Recent, index);
        Count(index, weight, atMs).Takers++;
    }

    /// <summary>Counts a repeated engagement, which says something about the item's trend and nothing new about the
    /// user.</summary>
    public void Observe(string item, float weight, long atMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        var index = _catalogue.IndexOf(item, atMs);
        Grow();
        Count(index, weight, atMs);
    }

    /// <summary>An immutable snapshot of the model as it is now; the same one when nothing has changed.</summary>
    public RecommenderSnapshot Publish() => _published ??= new(
        ++_version,
        new(
            _options, _catalogue.Freeze(), _trends.Freeze(), _ties.Freeze(), _content.Freeze(), _terms.Freeze(), _towers.Freeze(),
            _ranker.Freeze(), _events));

    /// <summary>Writes everything that learning goes on from: weights, optimizer state, statistics, random
    /// state.</summary>
    public void Save(Stream stream)
    {
        var state = ModelState.ToSave();
        Carry(state);
        state.Write(stream);
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
        _ties.Carry(state);
        _content.Carry(state);
        _terms.Carry(state);
        _towers.Carry(state);
        _ranker.Carry(state);
        _progress.Carry(state);
        state.Value("random", ref random);
        state.Value("version", ref version);
        state.Value("events", ref _events);
        if (state.Loading)
            (_random.State, _version, _published) = ((ulong)random, version, null);
    }

    private ModelView LiveView() =>
        new(_options, _catalogue.Live, _trends.Live, _ties.Live, _content.Live, _terms.Live, _towers.Live, _ranker.Live, _events);

    private void TrainRanker(ModelView view, UserContext before, int item, long atMs)
    {
        var query = _query;
        if (!query.IsChosen(item))
        {
            // Rejected: ranking it among the candidates all the same. Items that no source found would be seen as taken
            // and never as passed over, and the ranker would come to prefer what looks unlikely.
            _progress.Add(0, null);
            return;
        }

        var candidates = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(query.Candidates);
        var layout = _ranker.Layout;
        _rows.Clear();
        var rows = _rows.Extend(candidates.Length * layout.Count);
        FeatureRows.Fill(view, layout, before, atMs, query, candidates, rows);
        _ranker.Observe(rows, candidates.Length);
        _ranker.Live.Standardize(rows, candidates.Length);
        var (loss, rank) = _ranker.Learn(rows, candidates.Length, candidates.IndexOf(item));
        _progress.Add(rank, loss);
    }

    private ref ItemStats Count(int item, float weight, long atMs)
    {
        _trends.Add(item, weight, atMs);
        ref var stats = ref _catalogue.Stats(item);
        stats.FirstEvent = stats.FirstEvent < 0 ? _events : stats.FirstEvent;
        stats.LastEvent = _events;
        stats.LastAtMs = Math.Max(stats.LastAtMs, atMs);
        _events++;
        _published = null;
        return ref stats;
    }

    private void Grow()
    {
        _trends.GrowTo(_catalogue.Count);
        _ties.GrowTo(_catalogue.Count);
        _content.GrowTo(_catalogue.Count);
        _terms.GrowTo(_catalogue.Count);
        _towers.GrowTo(_catalogue.Count);
    }
}
