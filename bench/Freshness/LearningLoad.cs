using Engage.Bench.Scoring;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Recommending;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Engage.Bench.Freshness;

/// <summary>
/// A silo in this process that is sent 1,000 events a second and asked for rankings meanwhile: when is what was sent in
/// the weights that score, and does learning delay scoring?
/// </summary>
/// <remarks>
/// An event is visible when the published snapshot has learned it. The snapshot says the time of the newest event it
/// has learned, so probes among the load carry times of their own that nothing else reaches.
/// </remarks>
internal sealed class LearningLoad : IAsyncDisposable
{
    private const int Contents = 500;
    private const int Users = 500;
    private const int EventsPerTick = 10;
    private const int AsksPerTick = 2;
    private const int ProbeEveryTicks = 5;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ProbeStep = TimeSpan.FromSeconds(1);
    private readonly ScoringHost _host;
    private readonly IActivityIngressGrain _ingress;
    private readonly ConcurrentProbes _probes = new();
    private readonly List<RankingRequest> _requests = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private int _events;

    private LearningLoad(ScoringHost host) =>
        (_host, _ingress) = (host, host.Grains.GetGrain<IActivityIngressGrain>("bench"));

    /// <summary>What the load consists of.</summary>
    public enum Kind
    {
        /// <summary>No events.</summary>
        None,

        /// <summary>Events that are journaled and delivered, and teach the model nothing.</summary>
        Unlearned,

        /// <summary>First engagements: each trains towers and ranker.</summary>
        Learned,
    }

    public static async Task<LearningLoad> StartAsync(CancellationToken cancellation)
    {
        var load = new LearningLoad(await ScoringHost.StartAsync(cancellation));
        await load.FillCatalogueAsync(cancellation);
        for (var u = 0; u < Users; u++)
            load._requests.Add(new(
                new([Content(u), Content(u * 7)], [1, 1], [0, 0], [Content(u), Content(u * 7)], []), 10));
        return load;
    }

    /// <summary>Runs the load for a while and asks for rankings at a steady rate.</summary>
    public async Task<LoadedRun> RunAsync(Kind kind, TimeSpan length, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        _probes.Begin();
        var (asked, sent) = (new List<Task<double>>(), new List<Task>());
        var watching = kind == Kind.Learned
            ? Task.Run(() => WatchAsync(cancellation), cancellation)
            : Task.CompletedTask;
        var start = Stopwatch.GetTimestamp();
        for (var tick = 0; Stopwatch.GetElapsedTime(start) < length; tick++)
        {
            // Late ticks are made good, so that the rate is what it says whatever the timer does.
            while (kind != Kind.None && sent.Count * Tick <= Stopwatch.GetElapsedTime(start))
                sent.Add(SendAsync(kind, probe: sent.Count % ProbeEveryTicks == 0, cancellation));
            for (var i = 0; i < AsksPerTick; i++)
            {
                var request = _requests[((tick * AsksPerTick) + i) % Users];
                asked.Add(Task.Run(() => AskAsync(request, cancellation), cancellation));
            }
            await timer.WaitForNextTickAsync(cancellation);
        }
        await Task.WhenAll(sent);
        _probes.End();
        await watching;
        return new(await Task.WhenAll(asked), [.. _probes.DelaysMs], sent.Count * EventsPerTick / length.TotalSeconds);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task SendAsync(Kind kind, bool probe, CancellationToken cancellation)
    {
        var events = new ActivityEvent[EventsPerTick];
        for (var i = 0; i < events.Length; i++) events[i] = Event(kind, _events++, _now);
        if (probe && kind == Kind.Learned)
        {
            _now += ProbeStep;
            events[^1] = events[^1] with { OccurredAt = _now };
            _probes.Sent(_now.ToUnixTimeMilliseconds());
        }
        await _ingress.AppendAsync(events, cancellation);
    }

    /// <summary>Each user meets every content once before any a second time.</summary>
    private static ActivityEvent Event(Kind kind, int number, DateTimeOffset at)
    {
        var (user, round) = (number % Users, number / Users);
        var activity = new ActivityEvent
        {
            EventId = Guid.NewGuid(),
            User = new UserId($"u-{user}"),
            Kind = kind == Kind.Learned ? ActivityKind.Completed : ActivityKind.Followed,
            OccurredAt = at,
        };
        return kind == Kind.Learned
            ? activity with { Content = new ContentId(Content((user * 31) + (round * 17))) }
            : activity with { Creator = new CreatorId("k-1") };
    }

    private async Task<double> AskAsync(RankingRequest request, CancellationToken cancellation)
    {
        var asked = Stopwatch.GetTimestamp();
        await _host.Scoring.RankAsync(request, cancellation);
        return Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
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
        await Parallel.ForAsync(0, Contents, cancellation, async (i, token) =>
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

    private static string Content(int number) => FormattableString.Invariant($"c-{number % Contents}");
}

/// <param name="AskMs">Latency of each ranking.</param>
/// <param name="VisibleMs">From sending a probe until the published snapshot had learned it.</param>
/// <param name="EventsPerSecond">What was really sent.</param>
internal sealed record LoadedRun(double[] AskMs, IReadOnlyList<double> VisibleMs, double EventsPerSecond);

/// <summary>Events whose learning is waited for, in the order in which they were sent.</summary>
internal sealed class ConcurrentProbes
{
    private readonly Lock _gate = new();
    private readonly Queue<(long AtMs, long Sent)> _waiting = new();
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

    public void Sent(long atMs)
    {
        lock (_gate) _waiting.Enqueue((atMs, Stopwatch.GetTimestamp()));
    }

    public void Visible(long streamTimeMs)
    {
        lock (_gate)
            while (_waiting.TryPeek(out var probe) && probe.AtMs <= streamTimeMs)
                _delays.Add(Stopwatch.GetElapsedTime(_waiting.Dequeue().Sent).TotalMilliseconds);
    }
}
