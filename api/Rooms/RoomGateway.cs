using System.Collections.Concurrent;
using Engage.Api.Actors;
using Engage.Contracts;
using Engage.Contracts.Rooms;
using Microsoft.Extensions.Options;

namespace Engage.Api.Rooms;

/// <summary>
/// This node's side of all rooms: one observer for them, one local side per room that somebody here is in. Rooms learn
/// of the node, not of its connections.
/// </summary>
internal sealed partial class RoomGateway : BackgroundService, IRoomObserver
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<RoomId, LocalRoom> _rooms = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger<RoomGateway> _logger;
    private readonly RoomVisits _visits;
    private readonly RoomNode _node;
    private readonly Lazy<IRoomObserver> _reference;

    public RoomGateway(
        IGrainFactory grains, Failover failover, IOptions<RoomGatewayOptions> options, TimeProvider time,
        RoomMetrics metrics, ILogger<RoomGateway> logger)
    {
        _logger = logger;
        _node = new(
            $"{Guid.NewGuid():n}", grains, options.Value, failover, time, metrics, logger, _stopping.Token);
        _visits = new(grains, time, metrics, logger);
        _reference = new(() => grains.CreateObjectReference<IRoomObserver>(this));
    }

    /// <summary>What this node does in a room; for a moment two may exist of which one has closed.</summary>
    public LocalRoom Local(RoomId room) =>
        _rooms.GetOrAdd(room, static (id, gateway) => new(id, gateway._node, gateway._reference.Value, gateway._visits),
            this);

    /// <summary>Nobody is there any more, or never was: a room that does not exist keeps no memory here.</summary>
    public void CloseIfIdle(LocalRoom local, TimeSpan idleFor)
    {
        if (!local.TryClose(idleFor)) return;
        _rooms.TryRemove(new(local.Room, local));
        _ = DetachAsync(local);
    }

    /// <summary>Sends somebody's connections out of a room, if they are in it.</summary>
    public void Close(RoomId room, UserId user, string reason)
    {
        if (_rooms.TryGetValue(room, out var local)) local.Close(user, reason);
    }

    public void OnBatch(RoomBatch batch)
    {
        if (_rooms.TryGetValue(batch.Room, out var local)) local.Take(batch);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _stopping.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_visits.RunAsync(stoppingToken), SweepAsync(stoppingToken), RenewAsync(stoppingToken));

    private async Task SweepAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(SweepPeriod, _node.Time);
        while (await timer.WaitForNextTickAsync(stopping))
            foreach (var (_, local) in _rooms)
                CloseIfIdle(local, _node.Options.DetachAfter);
    }

    /// <summary>Rooms forget a node that is silent; those that forgot this one too early learn of it again.</summary>
    private Task RenewAsync(CancellationToken stopping) => Renewals.RunAsync(
        () => _rooms.Values.Where(local => local.IsFollowing), RenewAsync, _node.Options.RenewPeriod, _node.Time,
        stopping);

    private async Task RenewAsync(LocalRoom local)
    {
        try
        {
            await local.RenewAsync();
        }
        // Whatever stands in the way of one room, the others go on; the next round tries again.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogRenewFailed(exception, local.Room);
        }
    }

    private async Task DetachAsync(LocalRoom local)
    {
        try
        {
            await local.DetachAsync();
        }
        // The room forgets a node that does not renew.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogDetachFailed(exception, local.Room);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Renewing room {Room} failed; tried again at the next renewal")]
    private partial void LogRenewFailed(Exception exception, RoomId room);

    [LoggerMessage(LogLevel.Information, "Leaving room {Room} failed; it forgets this node by itself")]
    private partial void LogDetachFailed(Exception exception, RoomId room);
}
