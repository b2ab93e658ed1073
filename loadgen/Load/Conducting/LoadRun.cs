using System.Globalization;
using Engage.LoadGen.Load.Workers;
using Engage.LoadGen.Measure;
using Engage.LoadGen.Protocol;

namespace Engage.LoadGen.Load.Conducting;

/// <summary>One run of a scenario, from opening the room to holding everything against its log.</summary>
internal sealed class LoadRun(LoadStage stage, LoadSettings settings, ILoadProgress progress, TimeProvider time)
{
    private const double ReactionsPerMessage = 10;
    private const double VisitsPerMessage = 0.5;
    private const double AsideSecondsMax = 8;
    private const int ReactionsPerCallMax = 20;

    /// <summary>Everybody stays about this long before she goes for a moment.</summary>
    private const double StaySeconds = 30;

    /// <summary>Of a part that warms up, or lets people recover.</summary>
    private double Aside => Math.Clamp(settings.Seconds / 6, 1, AsideSecondsMax);

    public async Task<LoadReport> RunAsync(CancellationToken cancellation)
    {
        var report = await PlayAsync(cancellation);
        if (settings.Scenario != Scenario.Storm || !settings.WithPeer)
            return report;
        var peer = await PeerStorm.RunAsync(settings, progress, cancellation);
        return report with { PeerCatchUpMs = Quantiles.Of(peer?.CatchUp) };
    }

    private async Task<LoadReport> PlayAsync(CancellationToken cancellation)
    {
        progress.Tell("getting people");
        var people = await stage.People.TakeAsync(settings.Users + 1, progress.Tell, cancellation);
        await using var fleet = LoadFleet.Start(settings.Workers, settings.Seed);
        var isOnline = settings.Scenario != Scenario.Browse;
        IReadOnlyList<string> contents = settings.Scenario is Scenario.Browse or Scenario.Mixed
            ? await stage.Hall.StockAsync(cancellation)
            : [];
        var target = isOnline
            ? await stage.Hall.OpenAsync(NewRoomId(), people, cancellation)
            : new LoadTarget("engage", stage.Address, "", [.. people.Select(person => person.Token)]);
        target = target with { Tokens = TokenRenewal.TokensOf(people) };
        progress.Tell($"{settings.Users} people come in");
        await using var renewal = TokenRenewal.Start(stage.People, target.Tokens, fleet.RenewAsync, time);
        await fleet.EnterAsync(target, settings.Users, settings.SlowUsers, settings.Ramp, cancellation);
        var visitsBefore = await VisitsAsync(contents, cancellation);
        var before = await SightAsync(cancellation);
        var phases = new List<PhaseResult>();
        foreach (var order in Orders(contents))
            phases.Add(await PhaseAsync(fleet, order, cancellation));
        await renewal.StopAsync();
        progress.Tell("holding what was received against the log");
        var log = isOnline ? await stage.Hall.ReadAsync(target.Room, renewal.Tokens[0], cancellation) : [];
        var check = await fleet.CheckAsync(
            [.. log.Select(entry => (entry.Seq, entry.Kind == "said" ? entry.Id : null))], cancellation);
        var visits = await VisitsAsync(contents, cancellation) - visitsBefore;
        return LoadSummary.Of(settings, phases, check, log, visits, before);
    }

    private async Task<PhaseResult> PhaseAsync(LoadFleet fleet, PhaseOrder order, CancellationToken cancellation)
    {
        if (stage.Watch is not { } watch)
            return await fleet.RunAsync(order, progress.Tell, cancellation);
        var (phase, most) = await watch.DuringAsync(
            () => fleet.RunAsync(order, progress.Tell, cancellation), cancellation);
        return phase with { Server = most };
    }

    private async Task<ServerSight?> SightAsync(CancellationToken cancellation) =>
        stage.Watch is { } watch ? await watch.LookAsync(cancellation) : null;

    /// <summary>The parts of the run, one after the other.</summary>
    private IEnumerable<PhaseOrder> Orders(IReadOnlyList<string> contents)
    {
        var plain = new PhaseOrder
        {
            Begin = 0,
            Seconds = settings.Seconds,
            Rate = settings.Rate,
            Shape = settings.Timings is null && settings.Scenario is Scenario.Lecture or Scenario.Mixed
                ? "lecture"
                : "random",
            Recording = settings.Timings,
            Closed = settings.Closed,
        };
        return settings.Scenario switch
        {
            Scenario.Lecture => [plain],
            Scenario.Storm => [plain with { StormAt = settings.Seconds / 3 }],
            Scenario.Churn => [plain with { Churn = settings.Users / StaySeconds }],
            Scenario.Reactions =>
            [
                plain with
                {
                    Rate = 0,
                    Closed = false,
                    Reactions = settings.Rate,
                    // As the page does: one call a second with what somebody tapped in it.
                    ReactionsPerCall = Math.Clamp((int)(settings.Rate / settings.Users), 1, ReactionsPerCallMax),
                },
            ],
            Scenario.Browse => [plain with { Rate = 0, Closed = false, Visits = settings.Rate, Contents = contents }],
            Scenario.Mixed =>
            [
                plain with
                {
                    Reactions = settings.Rate * ReactionsPerMessage,
                    Visits = settings.Rate * VisitsPerMessage,
                    Contents = contents,
                    Churn = settings.Users / StaySeconds / 4,
                },
            ],
            Scenario.SlowReaders =>
            [
                // What is compared has to be warm: the first messages pay for the server's compiler.
                plain with { Seconds = Aside, Seed = 3 },
                plain with { Seconds = settings.Seconds / 2 },
                plain with { Seconds = settings.Seconds / 2, SlowPause = true, Seed = 1 },
                plain with { Seconds = Aside, Seed = 2 },
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(contents), settings.Scenario, "Unknown scenario."),
        };
    }

    /// <summary>How often the contents have been viewed, all together, once everything is counted.</summary>
    private async Task<long> VisitsAsync(IReadOnlyList<string> contents, CancellationToken cancellation)
    {
        if (contents.Count == 0)
            return 0;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        while (!(await stage.Client.ProgressAsync(either.Token)).Drained)
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, either.Token);
        var views = 0L;
        foreach (var content in contents)
            views += (await stage.Client.CountersAsync($"v1/contents/{content}", cancellation))
                .GetValueOrDefault("viewed");
        return views;
    }

    private string NewRoomId() => string.Create(
        CultureInfo.InvariantCulture, $"r-load-{time.GetUtcNow().ToUnixTimeMilliseconds():x}");
}

/// <summary>Hears how a run goes.</summary>
internal interface ILoadProgress
{
    void Tell(string what);

    void Tell(SecondResult second);
}
