using System.Collections.Concurrent;
using Engage.Api.Realtime;
using Engage.Api.Realtime.Transport;
using Engage.Contracts;
using Engage.Contracts.Creators;
using Microsoft.Extensions.Options;

namespace Engage.Api.Dashboards;

/// <summary>
/// The dashboards that connections of this node watch. However many watch one creator's, it is read once a tick and
/// serialized once; one that nobody watches costs nothing.
/// </summary>
internal sealed partial class DashboardGateway(
    IGrainFactory grains,
    DashboardReader reader,
    HubPushes pushes,
    IOptions<DashboardOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<DashboardGateway> logger)
{
    private readonly ConcurrentDictionary<CreatorId, DashboardWatchers> _dashboards = [];

    public int PerConnectionMax => options.Value.PerConnectionMax;

    /// <returns>The dashboard with all that is kept of its curves; pushes follow. Null: no such creator.</returns>
    public async Task<DashboardAnswer?> WatchAsync(CreatorId creator, UserId user, Outbox outbox)
    {
        if (await reader.ReadAsync(creator, CurveRequest.Whole, null) is not { } answer) return null;

        while (true)
        {
            var added = new DashboardWatchers();
            var watchers = _dashboards.GetOrAdd(creator, added);
            if (!watchers.Join(user, outbox))
            {
                _dashboards.TryRemove(new(creator, watchers));
                continue;
            }
            if (watchers == added) _ = RunAsync(creator, watchers, lifetime.ApplicationStopping);
            return answer;
        }
    }

    public void Leave(CreatorId creator, string connectionId)
    {
        if (_dashboards.TryGetValue(creator, out var watchers)) watchers.Leave(connectionId);
    }

    private async Task RunAsync(CreatorId creator, DashboardWatchers watchers, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(options.Value.Period, time);
        var (reach, lastSecond) = (new CurveReach(), new LastSecond());
        var checkedAt = time.GetTimestamp();
        var wholeNext = false;
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                if (watchers.CloseIfEmpty()) break;
                if (time.GetElapsedTime(checkedAt) >= options.Value.AccessPeriod)
                {
                    await CheckAccessAsync(creator, watchers);
                    checkedAt = time.GetTimestamp();
                }
                wholeNext = await PushAsync(creator, watchers, reach, lastSecond, wholeNext);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The node stops, and its connections with it.
        }
        _dashboards.TryRemove(new(creator, watchers));
    }

    /// <returns>Whether somebody needs the whole picture the next time.</returns>
    private async Task<bool> PushAsync(
        CreatorId creator, DashboardWatchers watchers, CurveReach reach, LastSecond lastSecond, bool whole)
    {
        try
        {
            var curves = reach.Next(time.GetUtcNow().ToUnixTimeSeconds());
            if (await reader.ReadAsync(creator, curves, lastSecond) is not { } answer) return whole;

            var all = whole ? await reader.ReadAsync(creator, CurveRequest.Whole, null) : null;
            var missed = watchers.Send(
                pushes.Frame("dashboard", answer), all is null ? null : pushes.Frame("dashboard", all));
            reach.Told(curves, answer.Rooms.Select(room => room.Room));
            return missed;
        }
        // A dashboard outlives what fails while an actor moves; the next push that succeeds carries on from here.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogPushFailed(exception, creator);
            return whole;
        }
    }

    /// <summary>Who no longer owns the creator sees no more.</summary>
    private async Task CheckAccessAsync(CreatorId creator, DashboardWatchers watchers)
    {
        try
        {
            var access = grains.GetGrain<ICreatorAccessGrain>(creator.Value);
            foreach (var user in watchers.Users())
            {
                if (await access.IsOwnerAsync(user)) continue;
                var closed = pushes.Frame("dashboardClosed", new DashboardClosed(creator, "access"));
                foreach (var outbox in watchers.Remove(user)) outbox.TrySend(closed);
            }
        }
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Asked again at the next round.
            LogPushFailed(exception, creator);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The dashboard of creator {Creator} was not pushed; tried again at the next tick")]
    private partial void LogPushFailed(Exception exception, CreatorId creator);
}

/// <param name="Reason">A word of the protocol: <c>access</c>.</param>
internal sealed record DashboardClosed(CreatorId Creator, string Reason);
