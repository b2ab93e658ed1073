using Engage.Bench.Scoring;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Recommending;
using Engage.Grains.Privacy;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Engage.Bench.Freshness;

/// <summary>
/// A silo in this process that is sent 1,000 events a second and asked for 200 rankings a second meanwhile: when is
/// what was sent in the weights that score, and does learning delay scoring?
/// </summary>
/// <remarks>
/// <para>An event is visible when the published snapshot has learned it. The snapshot says the time of the newest event
/// it has learned, so each probe among the load carries a time of its own, later than all before; all other events
/// carry the beginning of time. Probes are one user's, hence learned in the order sent: none is seen for
/// another.</para>
/// <para>Events and asks have due times that do not wait for answers, and both are measured from then on: a moment in
/// which nothing moves counts for everything that was due in it, not only for what happened to be on its way. They
/// come from outside the pool that answers them, as they would from sockets (<see cref="Pacer"/>).</para>
/// </remarks>
internal sealed class LearningLoad : IAsyncDisposable
{
    private const int Users = 500;
    private const int EventsPerTick = 10;
    private const int AsksPerTick = 2;
    private const int ProbeEveryTicks = 5;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ProbeStep = TimeSpan.FromMilliseconds(1);
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly int _contents;
    private readonly ScoringHost _host;
    private readonly IActivityIngressGrain _ingress;
    private readonly ConcurrentProbes _probes = new();
    private readonly List<RankingRequest> _requests = [];
    private int _probed;
    private int _events;

    private LearningLoad(ScoringHost host, int contents) => (_host, _contents, _ingress) =
        (host, contents, host.Grains.GetGrain<IActivityIngressGrain>("bench"));

    /// <summary>What the load consists of.</summary>
    public enum Kind
    {
        /// <summary>No events.</summary>
        None,

        /// <summary>Events that are journaled and delivered to few actors, and teach the model nothing.</summary>
        Unlearned,

        /// <summary>What <see cref="Learned"/> sends, of guests: all actors have the same work with it, and the model
        /// has none, because who has not agreed is not learned from.</summary>
        OfGuests,

        /// <summary>First engagements: each trains towers and ranker.</summary>
        Learned,
    }

    /// <param name="contents">In the catalogue: what each ranking searches.</param>
    public static async Task<LearningLoad> StartAsync(int contents, CancellationToken cancellation)
    {
        var load = new LearningLoad(await ScoringHost.StartAsync(cancellation), contents);
        await load.FillCatalogueAsync(cancellation);
        for (var u = 0; u < Users; u++)
            load._requests.Add(new(
                new(
                    [load.Content(u), load.Content(u * 7)], [1, 1], [0, 0], [load.Content(u), load.Content(u * 7)], []),
                10));
        return load;
    }

    /// <summary>Runs the load for a while and asks for rankings at a steady rate.</summary>
    public async Task<LoadedRun> RunAsync(Kind kind, TimeSpan length, CancellationToken cancellation)
    {
        var unranked = await UnrankedAsync();
        _probes.Begin();
        var (asked, sent) = (new List<Task<double>>(), new List<Task>());
        var watching = kind == Kind.Learned
            ? Task.Run(() => WatchAsync(cancellation), cancellation)
            : Task.CompletedTask;
        await Pacer.RunAsync(Tick, (int)(length / Tick), (tick, due) =>
        {
            if (kind != Kind.None)
            {
                var events = Events(kind, probe: tick % ProbeEveryTicks == 0, due);
                sent.Add(Task.Run(() => _ingress.AppendAsync(events, cancellation), cancellation));
            }
            for (var i = 0; i < AsksPerTick; i++)
            {
                var request = _requests[((tick * AsksPerTick) + i) % Users];
                asked.Add(Task.Run(() => AskAsync(request, due, cancellation), cancellation));
            }
        }, cancellation);
        await Task.WhenAll(sent);
        _probes.End();
        await watching;
        var latencies = await Task.WhenAll(asked);
        return new(
            [.. latencies.Where(double.IsFinite)], [.. _probes.DelaysMs],
            sent.Count * EventsPerTick / length.TotalSeconds)
        {
            Busy = latencies.Count(latency => !double.IsFinite(latency)),
            Unranked = await UnrankedAsync() - unranked,
        };
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task<long> UnrankedAsync() =>
        (await _host.Grains.GetGrain<IModelGrain>(IModelGrain.Key).GetReportAsync()).Unranked;

    private ActivityEvent[] Events(Kind kind, bool probe, long due)
    {
        var events = new ActivityEvent[EventsPerTick];
        for (var i = 0; i < events.Length; i++) events[i] = Event(kind, _events++);
        if (!probe || kind != Kind.Learned) return events;

        var at = Begin + (++_probed * ProbeStep);
        events[^1] = events[^1] with
        {
            User = new("u-probe"), Content = new ContentId(Content(_probed)), OccurredAt = at,
        };
        _probes.Sent(at.ToUnixTimeMilliseconds(), due);
        return events;
    }

    /// <summary>Each user meets every content once before any a second time.</summary>
    private ActivityEvent Event(Kind kind, int number)
    {
        var (user, round) = (number % Users, number / Users);
        var activity = new ActivityEvent
        {
            EventId = Guid.NewGuid(),
            User = new UserId(kind == Kind.OfGuests ? $"{ConsentRules.GuestPrefix}{user}" : $"u-{user}"),
            Kind = kind == Kind.Unlearned ? ActivityKind.Followed : ActivityKind.Completed,
            OccurredAt = Begin,
        };
        return kind == Kind.Unlearned
            ? activity with { Creator = new CreatorId("k-1") }
            : activity with { Content = new ContentId(Content((user * 31) + (round * 17))) };
    }

    /// <returns>Milliseconds from <paramref name="due"/> to the answer; infinite when there was none in time.</returns>
    private async Task<double> AskAsync(RankingRequest request, long due, CancellationToken cancellation)
    {
        try
        {
            await _host.Scoring.RankAsync(request, cancellation);
            return Stopwatch.GetElapsedTime(due).TotalMilliseconds;
        }
        catch (BusyException)
        {
            return double.PositiveInfinity;
        }
    }

    private async Task WatchAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        while (_probes.Outstanding && await timer.WaitForNextTickAsync(cancellation))
            _probes.Visible(_host.Board.Current!.StreamTimeMs);
    }

    private async Task FillCatalogueAsync(CancellationToken cancellation)
    {
        var (community, creator) = (new CommunityId("g-1"), new CreatorId("k-1"));
        await _host.Grains.GetGrain<ICommunityGrain>("g-1")
            .CreateAsync(new() { Id = community, Name = new() { En = "Bench" } }, cancellation);
        await _host.Grains.GetGrain<ICreatorGrain>("k-1")
            .CreateAsync(new() { Id = creator, Name = new() { En = "Bench" } }, cancellation);
        await Parallel.ForAsync(0, _contents, cancellation, async (i, token) =>
            await _host.Grains.GetGrain<IContentGrain>(Content(i)).CreateAsync(
                new()
                {
                    Id = new(Content(i)),
                    ContentKind = ContentKind.Course,
                    Creator = creator,
                    Community = community,
                    Title = new() { En = $"Course {i} on topic {i % 25}" },
                },
                token));
    }

    private string Content(int number) => FormattableString.Invariant($"c-{number % _contents}");
}

/// <param name="AskMs">From when each ranking was due to its answer; one that was refused has none.</param>
/// <param name="VisibleMs">From when a probe was due until the published snapshot had learned it.</param>
/// <param name="EventsPerSecond">What was really sent.</param>
internal sealed record LoadedRun(double[] AskMs, IReadOnlyList<double> VisibleMs, double EventsPerSecond)
{
    /// <summary>Rankings that were answered busy.</summary>
    public int Busy { get; init; }

    /// <summary>Events that trained all but the ranker, because learning was behind.</summary>
    public long Unranked { get; init; }
}

/// <summary>Events whose learning is waited for, in the order in which they were sent.</summary>
internal sealed class ConcurrentProbes
{
    private readonly Lock _gate = new();
    private readonly Queue<(long AtMs, long Due)> _waiting = new();
    private readonly List<double> _delays = [];
    private bool _ended;

    public IReadOnlyList<double> DelaysMs => _delays;

    /// <summary>True until the last probe was seen.</summary>
    public bool Outstanding
    {
        get
        {
            lock (_gate) return !_ended || _waiting.Count > 0;
        }
    }

    public void Begin()
    {
        lock (_gate)
        {
            _ended = false;
            _delays.Clear();
        }
    }

    public void End()
    {
        lock (_gate) _ended = true;
    }

    /// <param name="due">Timestamp from which the wait counts.</param>
    public void Sent(long atMs, long due)
    {
        lock (_gate) _waiting.Enqueue((atMs, due));
    }

    public void Visible(long streamTimeMs)
    {
        lock (_gate)
            while (_waiting.TryPeek(out var probe) && probe.AtMs <= streamTimeMs)
                _delays.Add(Stopwatch.GetElapsedTime(_waiting.Dequeue().Due).TotalMilliseconds);
    }
}
