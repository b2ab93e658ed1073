using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// Makes churn examples of the stream and labels them when their time has come. After an action the forecast is about a
/// moment: half of them right after the action, half some time later, drawn evenly over the powers of time up to the
/// return window, because the question is asked of those who have been quiet as well. An action before that moment
/// voids the example, one within the return window after it makes it negative, none makes it positive.
/// </summary>
internal sealed class ChurnLearner
{
    private const double QuietFromMs = 60_000;

    // A leap of time makes many labels due at once; each call does a few, so that none takes long.
    private const int DuePerCall = 4;

    private readonly OutlookOptions _options;
    private readonly SeededRandom _random;
    private readonly PendingReturns _pending;
    private readonly long _windowMs;
    private long _startMs = long.MaxValue;
    private long _nowMs = long.MinValue;

    public ChurnLearner(OutlookOptions options, SeededRandom random, ChurnModel model)
    {
        (_options, _random, Model) = (options, random, model);
        (_pending, _windowMs) = (new(options.PendingMax), (long)options.ReturnWindow.TotalMilliseconds);
    }

    public ChurnModel Model { get; }

    /// <summary>Users whose return is waited for.</summary>
    public int Pending => _pending.Count;

    /// <summary>Takes in an action, in the order of the stream; the times of actions may go back.</summary>
    /// <param name="history">The user's actions, this one last.</param>
    public void Observe(ulong user, ReadOnlySpan<UserAction> history)
    {
        var atMs = history[^1].AtMs;
        // The stream begins with its first action, however old one that comes late is.
        _startMs = _startMs == long.MaxValue ? atMs : _startMs;
        _nowMs = Math.Max(_nowMs, atMs);
        if (!IsOutOfOrder(history))
            Await(user, history, atMs);
        for (var i = 0; i < DuePerCall && _pending.TryNext(_nowMs, out var due, out var found); i++)
            Look(due, found);
    }

    /// <summary>The examples of a whole log, for fitting.</summary>
    /// <param name="histories">Each user's actions, oldest first.</param>
    /// <param name="endMs">The end of the log: what is not known by then makes no example.</param>
    public List<ChurnExample> Examples(IEnumerable<UserAction[]> histories, long endMs)
    {
        var (examples, tokens) = (new List<ChurnExample>(), new ActionToken[_options.Steps + 1]);
        foreach (var actions in histories)
            for (var i = 0; i < actions.Length; i++)
            {
                var asOfMs = actions[i].AtMs + QuietMs();
                var nextMs = i + 1 < actions.Length ? actions[i + 1].AtMs : long.MaxValue;
                var stillOpen = nextMs > endMs && endMs - asOfMs <= _windowMs;
                if (nextMs <= asOfMs || stillOpen)
                    continue;
                var length = ActionToken.Encode(_options, actions.AsSpan(0, i + 1), asOfMs, tokens);
                examples.Add(new(tokens[..length], nextMs - asOfMs > _windowMs));
            }

        return examples;
    }

    /// <summary>Waits no longer for a user's return.</summary>
    public void Forget(ulong user)
    {
        if (_pending.Of(user) is not null)
            _pending.Remove(user);
    }

    public void Carry(ModelState state)
    {
        Model.Carry(state);
        _pending.Carry(state, _options.Steps + 1);
        state.Value("outlook.churn.start_ms", ref _startMs);
        state.Value("outlook.churn.now_ms", ref _nowMs);
    }

    private void Await(ulong user, ReadOnlySpan<UserAction> history, long atMs)
    {
        var pending = _pending.Of(user);
        if (pending is not null && pending.Length > 0 && atMs > pending.AsOfMs)
            Label(pending, atMs - pending.AsOfMs > _windowMs);

        // What comes later than the window would be a departure at once, before what followed it could come.
        if (atMs < _nowMs - _windowMs)
        {
            if (pending is not null)
                _pending.Remove(user);
            return;
        }

        if (pending is null && _pending.Follows(user))
            pending = _pending.Add(user, _options.Steps + 1, atMs + _windowMs);
        if (pending is not null)
            Ask(pending, history, atMs);
    }

    // What the user did before something that is known already changes nothing about whether she came back after it.
    private static bool IsOutOfOrder(ReadOnlySpan<UserAction> history)
    {
        foreach (var earlier in history[..^1])
            if (earlier.AtMs > history[^1].AtMs)
                return true;
        return false;
    }

    private void Ask(PendingReturn pending, ReadOnlySpan<UserAction> history, long atMs)
    {
        (pending.LastMs, pending.AsOfMs) = (atMs, atMs + QuietMs());
        pending.Length = ActionToken.Encode(_options, history, pending.AsOfMs, pending.Tokens);
        pending.Forecast = Model.Predict(pending.Tokens.AsSpan(0, pending.Length));
    }

    private void Look(ulong user, PendingReturn pending)
    {
        var dueMs = pending.AsOfMs + _windowMs;
        if (dueMs >= _nowMs)
        {
            _pending.LookAgain(user, pending, dueMs + 1);
            return;
        }

        Label(pending, left: true);
        _pending.Remove(user);
    }

    // Within the first window only returns are known: to learn from them would be to learn that everybody returns.
    private void Label(PendingReturn pending, bool left)
    {
        var warmMs = _startMs + _windowMs;
        if (_nowMs < warmMs)
            return;
        var tokens = pending.Tokens.AsSpan(0, pending.Length);
        if (pending.LastMs >= warmMs)
            Model.Progress.Add(pending.Forecast, left);
        Model.Learn(tokens, left);
    }

    private long QuietMs() => _random.NextSingle() < 0.5f
        ? 0
        : (long)(QuietFromMs * Math.Pow(_windowMs / QuietFromMs, _random.NextSingle()));
}
