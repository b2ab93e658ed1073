using Engage.LoadGen.Load.Arrivals;
using Engage.LoadGen.Load.Dialects;
using Engage.LoadGen.Load.People;
using Engage.LoadGen.Load.Wire;

namespace Engage.LoadGen.Load.Workers;

/// <summary>Makes the people of one worker do what a phase asks for, each thing when it is due.</summary>
internal sealed class PhaseRun : IDisposable
{
    private static readonly TimeSpan AwayMax = TimeSpan.FromSeconds(2);

    private readonly Crowd _crowd;
    private readonly PhaseOrder _order;
    private readonly Timeline _timeline;
    private readonly Random _random;
    private readonly long _end;
    private Visits? _visits;

    /// <summary>Things that are on the time line, and not done yet: it may be a little late.</summary>
    private int _scheduled;

    public PhaseRun(Crowd crowd, PhaseOrder order)
    {
        (_crowd, _order, _timeline) = (crowd, order, crowd.Timeline);
        _random = new(unchecked((order.Seed * 7_919) + crowd.Settings.Share));
        _end = order.Begin + _timeline.TicksOf(TimeSpan.FromSeconds(order.Seconds));
    }

    /// <summary>Puts everything on the time line; called under the loop's gate.</summary>
    public void Begin()
    {
        (_crowd.Tally, _crowd.Second) = (new(), new());
        if (_order.Closed)
            BeginClosed();
        else if (_order.Rate > 0)
            Follow(Messages(), Say);
        if (_order.Reactions > 0)
            Follow(Shapes.Random(Settings(_order.Reactions / _order.ReactionsPerCall, 1)), React);
        if (_order.Visits > 0)
        {
            _visits = new(_crowd, _order.Contents);
            Follow(Shapes.Random(Settings(_order.Visits, 3)), Visit);
        }

        if (_order.Churn > 0)
            Follow(Shapes.Random(Settings(_order.Churn, 2)), Churn);
        if (_order.StormAt is { } at)
            _timeline.At(AtSecond(at), Storm);
        foreach (var slow in _crowd.People.Where(person => person.Number < _crowd.Settings.SlowUsers))
            if (_order.SlowPause)
                slow.Pause();
            else
                slow.Resume();
    }

    /// <summary>Whether nothing is under way any more; called under the gate.</summary>
    public bool IsQuiet() =>
        _scheduled == 0 && _visits is null or { UnderWay: 0 }
        && _crowd.People.All(person => person.IsPaused || (person.Unanswered == 0 && !IsBehind(person)));

    /// <summary>Nobody goes on any more; called under the gate.</summary>
    public void Dispose()
    {
        foreach (var person in _crowd.People)
            person.Answered = null;
        _visits?.Dispose();
    }

    /// <summary>Whether somebody who should have it lacks an entry that is known to be in the log.</summary>
    public bool IsBehind(Participant person) =>
        person.Reception.IsIn && !person.IsPaused && person.Reception.Through < _crowd.Newest;

    private IEnumerable<Arrival> Messages()
    {
        var settings = Settings(_order.Rate, 0);
        return _order.Recording is { } file
            ? Recording.Read(file).ToArrivals(settings)
            : _order.Shape switch
            {
                "even" => Shapes.Even(settings),
                "random" => Shapes.Random(settings),
                "lecture" => Shapes.Lecture(settings),
                _ => throw new ArgumentException($"Shape '{_order.Shape}': expected even, random or lecture."),
            };
    }

    private ArrivalSettings Settings(double rate, int stream) => new(
        rate, _order.Seconds, _crowd.Settings.Users, _order.Characters, unchecked((_order.Seed * 31) + stream));

    /// <summary>Every worker draws all arrivals and takes those of its own people.</summary>
    private void Follow(IEnumerable<Arrival> arrivals, Action<Participant, Arrival, long, long> act)
    {
        var mine = arrivals.Where(arrival => _crowd.Person(arrival.Person) is not null).GetEnumerator();
        Next();

        void Next()
        {
            if (!mine.MoveNext())
            {
                mine.Dispose();
                return;
            }

            var arrival = mine.Current;
            var due = AtSecond(arrival.Seconds);
            _scheduled++;
            _timeline.At(due, now =>
            {
                _scheduled--;
                act(_crowd.Person(arrival.Person)!, arrival, due, now);
                Next();
            });
        }
    }

    private void Say(Participant person, Arrival arrival, long due, long now)
    {
        Offer(due, now);
        Present(person).Do(new(due) { Id = NewId(), Text = Stamp.Write(due, arrival.Characters) });
    }

    /// <summary>Whoever has gone, or does not look, says nothing meanwhile; the next who is here does.</summary>
    private Participant Present(Participant person)
    {
        for (var i = 0; i < _crowd.Settings.Users; i++)
        {
            var next = _crowd.Person((person.Number + i) % _crowd.Settings.Users);
            if (next is { HasLeft: false, IsPaused: false })
                return next;
        }

        return person;
    }

    private void React(Participant person, Arrival arrival, long due, long now)
    {
        Offer(due, now);
        Present(person).Do(new(due) { Reactions = _order.ReactionsPerCall });
    }

    private void Visit(Participant person, Arrival arrival, long due, long now)
    {
        Offer(due, now);
        _visits!.Begin(person.Number, due, NewId());
    }

    private void Churn(Participant person, Arrival arrival, long due, long now)
    {
        person.Leave();
        _timeline.At(_timeline.After(AwayMax * _random.NextDouble()), _ => person.Enter());
    }

    private void Storm(long now)
    {
        foreach (var person in _crowd.People)
            person.Reconnect(now);
    }

    private void BeginClosed()
    {
        foreach (var person in _crowd.People)
            Think(person, _order.Begin);
        foreach (var person in _crowd.People)
            person.Answered = now => Think(person, now);
    }

    private void Think(Participant person, long from)
    {
        var mean = _crowd.Settings.Users / _order.Rate;
        var due = from + _timeline.TicksOf(TimeSpan.FromSeconds(-Math.Log(1 - _random.NextDouble()) * mean));
        if (due >= _end)
            return;
        _scheduled++;
        _timeline.At(due, now =>
        {
            _scheduled--;
            Offer(due, now);
            // In a closed model somebody speaks when she can; there is no schedule to be late for.
            person.Do(new(now) { Id = NewId(), Text = Stamp.Write(now, _order.Characters) });
        });
    }

    private void Offer(long due, long now)
    {
        _crowd.Tally.Offered++;
        _crowd.Tally.Lag.RecordNanoseconds(_crowd.Nanoseconds(now - due));
    }

    private long AtSecond(double second) => _order.Begin + _timeline.TicksOf(TimeSpan.FromSeconds(second));

    private Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new(bytes);
    }
}
