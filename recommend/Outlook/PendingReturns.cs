namespace Engage.Recommend;

/// <summary>A user whose return is waited for.</summary>
internal sealed class PendingReturn
{
    /// <summary>Last action, Unix milliseconds.</summary>
    public long LastMs;

    /// <summary>The moment the forecast is about: from here on nothing must happen for the return window.</summary>
    public long AsOfMs;

    /// <summary>When the queue looks at this user next; not later than her label is due, or it is late by that
    /// much.</summary>
    public long LookMs;

    /// <summary>Order among looks at the same time.</summary>
    public long Serial;

    /// <summary>What the model said.</summary>
    public float Forecast;

    /// <summary>The sequence up to <see cref="AsOfMs"/>; the first <see cref="Length"/> are used.</summary>
    public required ActionToken[] Tokens;

    public int Length;
}

/// <summary>
/// The examples whose label is not known yet: at most one per user, because a user's next action decides the one
/// before. A queue by time finds those whose window has passed.
/// </summary>
/// <remarks>
/// Bounded without bias: when there are too many, only users whose hash ends with one more zero bit are followed, so
/// whether a user is, has nothing to do with whether she returns. Rejected: to drop the oldest, which are just the ones
/// about to become positive, and to drop new ones, which are the newest users.
/// </remarks>
internal sealed class PendingReturns(int max)
{
    private readonly Dictionary<ulong, PendingReturn> _users = [];
    private readonly PriorityQueue<ulong, (long LookMs, long Serial)> _queue = new();
    private long _serial;
    private int _level;

    public int Count => _users.Count;

    /// <summary>Halvings of the sample: 1 of 2^level users is followed.</summary>
    public int Level => _level;

    public PendingReturn? Of(ulong user) => _users.GetValueOrDefault(user);

    /// <summary>Whether this user belongs to the sample.</summary>
    public bool Follows(ulong user) => (user & ((1UL << _level) - 1)) == 0;

    /// <summary>Waits for a user who is not waited for yet.</summary>
    public PendingReturn Add(ulong user, int tokens, long lookMs)
    {
        var pending = new PendingReturn { Tokens = new ActionToken[tokens], LookMs = lookMs, Serial = _serial++ };
        _users.Add(user, pending);
        _queue.Enqueue(user, (lookMs, pending.Serial));
        if (_users.Count > max)
            Halve();
        return pending;
    }

    /// <summary>Waits no longer for a user.</summary>
    public void Remove(ulong user)
    {
        _users.Remove(user);
        if (_level > 0 && _users.Count < max / 4)
            _level--;
    }

    /// <summary>The next user to look at whose time has come.</summary>
    public bool TryNext(long nowMs, out ulong user, out PendingReturn pending)
    {
        while (_queue.TryPeek(out user, out var key) && key.LookMs <= nowMs)
        {
            _queue.Dequeue();
            // Entries of users who were removed stay behind.
            if (_users.TryGetValue(user, out pending!) && pending.Serial == key.Serial)
                return true;
        }

        (user, pending) = (0, null!);
        return false;
    }

    /// <summary>Looks at a user again later.</summary>
    public void LookAgain(ulong user, PendingReturn pending, long lookMs)
    {
        (pending.LookMs, pending.Serial) = (lookMs, _serial++);
        _queue.Enqueue(user, (lookMs, pending.Serial));
    }

    public void Carry(ModelState state, int tokens)
    {
        // In the order of serials, so that equal models make equal files.
        var all = _users.OrderBy(entry => entry.Value.Serial).ToArray();
        var users = all.Select(entry => entry.Key).ToArray();
        var times = new long[4 * all.Length];
        var forecasts = all.Select(entry => entry.Value.Forecast).ToArray();
        var lengths = all.Select(entry => entry.Value.Length).ToArray();
        var sequences = new ActionToken[tokens * all.Length];
        for (var i = 0; i < all.Length; i++)
        {
            var pending = all[i].Value;
            ((ReadOnlySpan<long>)[pending.LastMs, pending.AsOfMs, pending.LookMs, pending.Serial])
                .CopyTo(times.AsSpan(4 * i));
            pending.Tokens.CopyTo(sequences.AsSpan(tokens * i));
        }

        state.Array("outlook.pending.users", ref users);
        state.Array("outlook.pending.times", ref times);
        state.Array("outlook.pending.forecasts", ref forecasts);
        state.Array("outlook.pending.lengths", ref lengths);
        state.Array("outlook.pending.tokens", ref sequences);
        state.Value("outlook.pending.serial", ref _serial);
        state.Value("outlook.pending.level", ref _level);
        if (!state.Loading)
            return;
        if (times.Length != 4 * users.Length || forecasts.Length != users.Length || lengths.Length != users.Length
            || sequences.Length != tokens * users.Length || lengths.Any(length => (uint)length > (uint)tokens))
            throw new InvalidDataException(
                $"{users.Length} users are waited for with {sequences.Length} tokens; expected {tokens} for each. " +
                "Load with the options it was saved with.");
        _users.Clear();
        _queue.Clear();
        for (var i = 0; i < users.Length; i++)
        {
            var pending = new PendingReturn
            {
                LastMs = times[4 * i], AsOfMs = times[(4 * i) + 1], LookMs = times[(4 * i) + 2],
                Serial = times[(4 * i) + 3], Forecast = forecasts[i], Length = lengths[i],
                Tokens = sequences.AsSpan(i * tokens, tokens).ToArray(),
            };
            _users.Add(users[i], pending);
            _queue.Enqueue(users[i], (pending.LookMs, pending.Serial));
        }
    }

    private void Halve()
    {
        _level++;
        foreach (var user in _users.Keys.Where(user => !Follows(user)).ToArray())
            _users.Remove(user);
        _queue.Clear();
        foreach (var (user, pending) in _users)
            _queue.Enqueue(user, (pending.LookMs, pending.Serial));
    }
}
