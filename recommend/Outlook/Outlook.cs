using Engage.Neural;

namespace Engage.Recommend;

/// <summary>How well each part of an <see cref="Outlook"/> foresaw what it then learned.</summary>
/// <param name="Churn">Forecasts judged when their label came, a return window or less after they were made.</param>
/// <param name="PendingReturns">Users whose label is waited for.</param>
public sealed record OutlookProgress(
    NextActionProgress NextAction, BinaryProgress Churn, int PendingReturns, SatisfactionProgress Satisfaction);

/// <summary>
/// What a user does next, whether she will stay away, and how she would like a content. One writer learns from the
/// activities in the order of the stream and freezes immutable views that any number of threads read. It knows no clock
/// and no disk; times come with the actions, and histories from whoever keeps the user.
/// </summary>
public sealed class Outlook
{
    // The end of the year 9999.
    private const long TimeMsMax = 253_402_300_799_999;

    // Squares of features are averaged, and must stay finite.
    private const float FeatureMax = 1e9f;

    private readonly OutlookOptions _options;
    private readonly SeededRandom _random;
    private readonly NextActionModel _nextAction;
    private readonly ChurnLearner _churn;
    private readonly SatisfactionModel _satisfaction;
    private readonly ActionToken[] _tokens;
    private readonly UserAction[] _history = new UserAction[UserAction.HistoryMax + 1];
    private OutlookView? _frozen;

    /// <param name="seed">Same seed, same options, same calls: same answers.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Outlook(OutlookOptions options, ulong seed)
        : this(options, seed, null)
    {
    }

    /// <param name="pages">Numbers the views of what is frozen.</param>
    internal Outlook(OutlookOptions options, ulong seed, PageClock? pages)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _random) = (options.Checked(), new(seed));
        _nextAction = new(options, _random, pages);
        _churn = new(options, _random, new(options, _random, pages));
        _satisfaction = new(options, _random);
        _tokens = new ActionToken[options.Steps + 1];
    }

    /// <summary>Progressive validation over the newest examples, for the writer to read. Metrics without examples are
    /// NaN.</summary>
    public OutlookProgress Progress => new(
        _nextAction.Progress.Read(), _churn.Model.Progress.Read(), _churn.Pending, _satisfaction.Progress.Read());

    /// <summary>Learns from an activity: what kind came next, and that the user is still there.</summary>
    /// <param name="before">The user's last actions before this one, oldest first; <see
    /// cref="OutlookOptions.HistoryNeeded"/> are enough.</param>
    /// <exception cref="ArgumentException">The kind or the time is out of range or the value is not finite; nothing was
    /// learned.</exception>
    public void Observe(string user, ReadOnlySpan<UserAction> before, UserAction action)
    {
        RequireAction(user, action);
        before = before[Math.Max(0, before.Length - UserAction.HistoryMax)..];
        var length = ActionToken.Encode(_options, before, action.AtMs, _tokens);
        _nextAction.Learn(_tokens.AsSpan(0, length), action.Kind);
        before.CopyTo(_history);
        _history[before.Length] = action;
        _churn.Observe(StableHash.Of(user), _history.AsSpan(0, before.Length + 1));
        _frozen = null;
    }

    /// <summary>Learns from a rating: what a user thinks of an item.</summary>
    /// <param name="rating">Within <see cref="OutlookOptions.RatingMin"/> to <see
    /// cref="OutlookOptions.RatingMax"/>.</param>
    /// <param name="features">What was known before the rating, <see cref="OutlookOptions.SatisfactionFeatures"/>
    /// numbers.</param>
    /// <exception cref="ArgumentException">The rating is off the scale or a feature is not finite; nothing was
    /// learned.</exception>
    public void Rate(string user, string item, float rating, ReadOnlySpan<float> features = default)
    {
        RequireRating(_options, user, item, rating, features);
        _satisfaction.Learn(StableHash.Of(user), StableHash.Of(item), rating, features);
        _frozen = null;
    }

    /// <summary>Drops what is kept of this user: whose return is waited for, what she thinks of items.</summary>
    public void Forget(string user)
    {
        ArgumentNullException.ThrowIfNull(user);
        _churn.Forget(StableHash.Of(user));
        _satisfaction.Forget(StableHash.Of(user));
        _frozen = null;
    }

    /// <summary>Learns from a whole log at once, several times over; learning from the stream may go on after
    /// it.</summary>
    /// <param name="log">What everybody did, oldest first. An action on an item with a value on the scale is a
    /// rating.</param>
    /// <param name="seed">Of the order in which examples are gone through.</param>
    /// <param name="cancel">Stops between two steps; what was learned until then stays.</param>
    /// <returns>Mean losses of the last epoch: cross entropy of the next action, of churn, and the squared error of
    /// ratings; NaN where there was no example.</returns>
    /// <exception cref="ArgumentException">An action that <see cref="Observe"/> would refuse; nothing was
    /// learned.</exception>
    public (double NextAction, double Churn, double Satisfaction) Fit(
        IReadOnlyList<LoggedAction> log, int epochs, ulong seed, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentOutOfRangeException.ThrowIfNegative(epochs);
        foreach (var (user, action) in log)
            RequireAction(user, action);
        var histories = log.GroupBy(entry => entry.User, StringComparer.Ordinal)
            .Select(entries => entries.Select(entry => entry.Action).ToArray()).ToArray();
        var endMs = log.Count == 0 ? 0 : log.Max(entry => entry.Action.AtMs);
        _frozen = null;
        return (
            _nextAction.Fit(NextActions(histories), epochs, seed, cancel),
            _churn.Model.Fit(_churn.Examples(histories, endMs), epochs, seed, cancel),
            _satisfaction.Fit(Ratings(log), epochs, seed, cancel));
    }

    /// <summary>An immutable view of what is known now, for any thread; the same one until something was
    /// learned.</summary>
    public OutlookView Freeze() => _frozen ??=
        new(_options, _nextAction.Freeze(), _churn.Model.Freeze(), _satisfaction.Freeze())
        {
            Ratings = _satisfaction.Progress.Examples, Returns = _churn.Model.Progress.Examples,
        };

    /// <summary>Writes everything; the stream stays open.</summary>
    public void Save(Stream stream)
    {
        var state = ModelState.ToSave();
        Carry(state);
        state.Write(stream);
    }

    /// <summary>Reads what <see cref="Save"/> wrote; it goes on exactly as the saved one would have.</summary>
    /// <exception cref="InvalidDataException">The stream holds something else, or was saved with other
    /// options.</exception>
    public static Outlook Load(Stream stream, OutlookOptions options)
    {
        var outlook = new Outlook(options, 0);
        outlook.Carry(ModelState.ToLoad(stream));
        return outlook;
    }

    /// <summary>True while what was learned is made of numbers.</summary>
    internal bool IsFinite => _nextAction.IsFinite && _churn.Model.IsFinite && _satisfaction.IsFinite;

    internal void Carry(ModelState state)
    {
        var random = _random.State;
        state.Value("outlook.random", ref random);
        _nextAction.Carry(state);
        _churn.Carry(state);
        _satisfaction.Carry(state);
        (_random.State, _frozen) = (random, null);
    }

    internal static void RequireRating(
        OutlookOptions options, string user, string item, float? rating, ReadOnlySpan<float> features)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        ArgumentException.ThrowIfNullOrEmpty(item);
        if (rating is { } given && !(given >= options.RatingMin && given <= options.RatingMax))
            throw new ArgumentOutOfRangeException(
                nameof(rating), given, $"User '{user}' rated '{item}' off the scale of {options.RatingMin} to " +
                $"{options.RatingMax}.");
        if (features.Length != options.SatisfactionFeatures)
            throw new ArgumentException(
                $"{features.Length} features of user '{user}' and '{item}'; expected {options.SatisfactionFeatures}.");
        foreach (var feature in features)
            if (!(MathF.Abs(feature) <= FeatureMax))
                throw new ArgumentException(
                    $"A feature of user '{user}' and '{item}' is {feature}; expected one within ±{FeatureMax}.");
    }

    private void RequireAction(string user, UserAction action)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        if (action.Kind < 1 || action.Kind >= _options.ActionKinds)
            throw new ArgumentOutOfRangeException(
                nameof(action), action.Kind, $"A kind of action is 1 to {_options.ActionKinds - 1}; user '{user}'.");
        if (action.Value is { } value && !float.IsFinite(value))
            throw new ArgumentException($"The value of user '{user}' is {value}; expected a finite one.");
        if (action.AtMs is < 0 or > TimeMsMax)
            throw new ArgumentOutOfRangeException(
                nameof(action), action.AtMs, $"A time is 0 to {TimeMsMax} milliseconds since 1970; user '{user}'.");
    }

    private List<NextActionExample> NextActions(IEnumerable<UserAction[]> histories)
    {
        var examples = new List<NextActionExample>();
        foreach (var actions in histories)
            for (var i = 0; i < actions.Length; i++)
            {
                var length = ActionToken.Encode(_options, actions.AsSpan(0, i), actions[i].AtMs, _tokens);
                examples.Add(new(_tokens[..length], actions[i].Kind));
            }

        return examples;
    }

    private List<RatingExample> Ratings(IReadOnlyList<LoggedAction> log)
    {
        var nothing = new float[_options.SatisfactionFeatures];
        var rated =
            from entry in log
            let rating = entry.Action.Value ?? float.NaN
            where entry.Action.Item != 0 && rating >= _options.RatingMin && rating <= _options.RatingMax
            select new RatingExample(StableHash.Of(entry.User), entry.Action.Item, rating, nothing);
        return [.. rated];
    }
}

/// <summary>One entry of a log to fit on.</summary>
public readonly record struct LoggedAction(string User, UserAction Action);
