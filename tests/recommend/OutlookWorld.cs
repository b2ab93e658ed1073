using Engage.Neural;

namespace Engage.Recommend.Tests;

/// <summary>
/// A small seeded stream whose truth is known. Users view, like, comment and begin again, now and then something else.
/// Who dismisses something leaves, nine times of ten, for good; who does not comes back within two days. Each user
/// likes one of two kinds of items, each item is good or bad.
/// </summary>
internal sealed class OutlookWorld(ulong seed, int users = 150)
{
    public const int Viewed = 1;
    public const int Liked = 4;
    public const int Commented = 5;
    public const int Dismissed = 16;
    public const int Items = 40;

    private const long HourMs = 3_600_000;
    private static readonly int[] _cycle = [Viewed, Liked, Commented];

    private readonly SeededRandom _random = new(seed);
    private readonly PriorityQueue<int, (long AtMs, int User)> _next = new();
    private readonly Dictionary<int, List<UserAction>> _histories = [];
    private int _users;

    public long NowMs { get; private set; } = 1_700_000_000_000;

    public List<LoggedAction> Log { get; } = [];

    public UserAction[] History(int user) => [.. _histories[user].TakeLast(UserAction.HistoryMax)];

    /// <summary>The next actions of the stream go into each of the outlooks.</summary>
    public void Play(int actions, params Outlook[] outlooks)
    {
        for (var i = 0; i < actions; i++)
        {
            while (_next.Count < users)
                Schedule(_users++, NowMs);
            var user = _next.Dequeue();
            Act(user, outlooks);
        }
    }

    /// <summary>What a user thinks of an item: how good it is, and whether it is her kind.</summary>
    public float Taste(int user, int item) =>
        Math.Clamp(3 + (item % 3 == 0 ? -1 : 0.5f) + ((user + item) % 2 == 0 ? 1 : -1), 1, 5);

    private void Act(int user, Outlook[] outlooks)
    {
        var history = _histories[user];
        var item = _random.Next(Items);
        var kind = _random.Next(25) == 0 ? Dismissed
            : _random.Next(10) == 0 ? 2 + _random.Next(2)
            : _cycle[history.Count % 3];
        var rating = Math.Clamp(Taste(user, item) + (0.5f * _random.NextNormal()), 1, 5);
        var action = UserAction.Of(kind, $"i{item}", $"c{item % 5}", kind == Liked ? rating : null, NowMs);
        foreach (var outlook in outlooks)
        {
            outlook.Observe($"u{user}", History(user), action);
            if (kind == Liked)
                outlook.Rate($"u{user}", $"i{item}", rating);
        }

        history.Add(action);
        Log.Add(new($"u{user}", action));
        if (kind == Dismissed && _random.Next(10) > 0)
            return;
        Schedule(user, NowMs + HourMs + (long)(_random.NextSingle() * 47 * HourMs));
    }

    private void Schedule(int user, long afterMs)
    {
        _histories.TryAdd(user, []);
        var atMs = afterMs + 1 + _random.Next(1000);
        _next.Enqueue(user, (atMs, user));
        NowMs = Math.Max(NowMs, _next.TryPeek(out _, out var first) ? first.AtMs : atMs);
    }
}
