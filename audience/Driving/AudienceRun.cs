using Engage.Audience.Catalogue;
using Engage.Audience.Model;
using Engage.LoadGen.Protocol;

namespace Engage.Audience.Driving;

/// <summary>
/// Plays the simulated audience against the platform until it is cancelled. One loop does everything in turn -
/// beginning visits, sending what is due, publishing lectures - so that the audience can never ask for more than one
/// thing at a time, and a busy platform slows it down instead of being pushed harder.
/// </summary>
internal sealed class AudienceRun
{
    private const int BatchMax = 100;
    private const int WaitingMax = 5_000;
    private const double EventsPerVisitAtFirst = 14;

    private readonly EngageClient _client;
    private readonly DemoCatalogue _catalogue;
    private readonly AudienceSettings _settings;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly InterestSpace _space;
    private readonly OfferBook _offers;
    private readonly SimulatedUser[] _users;
    private readonly PriorityQueue<EventMessage, DateTimeOffset> _waiting = new();
    private double _eventsPerVisit = EventsPerVisitAtFirst;
    private DateTimeOffset _nextVisit;
    private DateTimeOffset _nextLecture;
    private int _published;

    public AudienceRun(EngageClient client, DemoCatalogue catalogue, AudienceSettings settings, TimeProvider time)
    {
        (_client, _catalogue, _settings, _time) = (client, catalogue, settings, time);
        var now = time.GetUtcNow();
        _random = new(settings.Seed);
        _space = new(settings.Seed, catalogue.Topics.Select(entry => (entry.Community, entry.Topic.Tag)));
        _offers = new(_space, catalogue);
        _users = Enumerable.Range(1, settings.Users)
            .Select(number => new SimulatedUser(number, settings.Seed, _space, now)).ToArray();
        _nextVisit = now;
        _nextLecture = now + Rhythm.NextGap(_random, 1 / settings.LecturePeriod.TotalSeconds);
    }

    /// <summary>Events sent and taken so far.</summary>
    public long Taken { get; private set; }

    /// <summary>Events that the platform refused; the demo sends none that should be.</summary>
    public long Rejected { get; private set; }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var now = _time.GetUtcNow();
            if (now >= _nextLecture)
                await PublishAsync(now, cancellation);
            if (now >= _nextVisit)
                await VisitAsync(now, cancellation);
            await SendDueAsync(now, cancellation);
            await WaitAsync(cancellation);
        }
    }

    /// <summary>
    /// One visit: a question for recommendations, then a plan of acts that fall due one after another.
    /// </summary>
    internal async Task VisitAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        _nextVisit = now + Rhythm.NextGap(_random, _settings.EventsPerSecond / _eventsPerVisit);
        if (_waiting.Count > WaitingMax)
            return;
        var user = Arriving(now);
        var visit = user.BeginVisit(_space, now);
        var answer = await _client.RecommendAsync(user.Id, _settings.Shown, null, cancellation, explore: true);
        var served = answer.Items.Select(Offered).OfType<Offer>().ToArray();
        var found = user.Find(_offers.All);
        var acts = visit.Plan(served, found is null ? null : (found, _offers.QueryFor(found)));
        var session = Guid.CreateVersion7(now).ToString("N");
        foreach (var act in acts)
            _waiting.Enqueue(Message(user.Id, session, act, now), now + act.After);
        _eventsPerVisit = (0.95 * _eventsPerVisit) + (0.05 * Math.Max(1, acts.Count));
    }

    private Offer? Offered(RecommendedItem item) =>
        _offers.Find(item) is { } offer && item is { Propensity: { } propensity, Explored: { } explored }
            ? offer with { Shown = (propensity, explored) }
            : _offers.Find(item);

    /// <summary>Draws a user in proportion to how likely each is to come at this hour.</summary>
    private SimulatedUser Arriving(DateTimeOffset now)
    {
        var left = _random.NextDouble() * _users.Sum(user => user.Rhythm.RateAt(now));
        foreach (var user in _users)
            if ((left -= user.Rhythm.RateAt(now)) < 0)
                return user;
        return _users[^1];
    }

    private async Task SendDueAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var batch = new List<EventMessage>();
        while (batch.Count < BatchMax && _waiting.TryPeek(out var next, out var due) && due <= now)
        {
            _waiting.Dequeue();
            batch.Add(next);
        }

        if (batch.Count == 0)
            return;
        var answer = await _client.SendEventsAsync(batch, cancellation);
        Taken += answer.Accepted + answer.Duplicates;
        Rejected += answer.Rejected;
    }

    private async Task PublishAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        _nextLecture = now + Rhythm.NextGap(_random, 1 / _settings.LecturePeriod.TotalSeconds);
        if (_published++ >= _settings.LecturesMax)
            return;
        var lecture = _catalogue.ComposeNewLecture(_random, now);
        await _client.CreateAsync(lecture, cancellation);
        _offers.Add(lecture);
    }

    private Task WaitAsync(CancellationToken cancellation)
    {
        var until = _nextVisit < _nextLecture ? _nextVisit : _nextLecture;
        if (_waiting.TryPeek(out _, out var due) && due < until)
            until = due;
        var wait = until - _time.GetUtcNow();
        return wait > TimeSpan.Zero ? Task.Delay(wait, _time, cancellation) : Task.CompletedTask;
    }

    private static EventMessage Message(string user, string session, Act act, DateTimeOffset begun) => new()
    {
        EventId = Guid.CreateVersion7(begun + act.After),
        User = user,
        Kind = act.Kind,
        Content = act.Content,
        Creator = act.Creator,
        Community = act.Community,
        Value = act.Value,
        OccurredAt = begun + act.After,
        Session = session,
        Attributes = act.Query is null
            ? act.Attributes
            : new Dictionary<string, string> { ["query"] = act.Query },
    };
}
