using System.Collections.Concurrent;
using Engage.Api.Actors;
using Engage.Api.Realtime;
using Engage.Api.Realtime.Transport;
using Engage.Api.Rooms;
using Engage.Contracts;
using Engage.Contracts.Commerce;

namespace Engage.Api.Commerce;

/// <summary>
/// This node's one observer of what people may open: passes it on to their connections, and sees to it that a room
/// closes to those who may not be in it any more.
/// </summary>
internal sealed partial class EntitlementsGateway(
    IGrainFactory grains, HubPushes pushes, Admission admission, RoomGateway rooms, TimeProvider time,
    ILogger<EntitlementsGateway> logger) : BackgroundService, IEntitlementsObserver
{
    /// <summary>How long news come late at most when the actor has moved.</summary>
    private static readonly TimeSpan RenewPeriod = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<UserId, EntitlementsWatch> _watches = [];
    private readonly Lock _membership = new();
    private IEntitlementsObserver? _reference;

    private IEntitlementsObserver Reference =>
        _reference ??= grains.CreateObjectReference<IEntitlementsObserver>(this);

    /// <summary>From then on what opens and closes is pushed as <c>entitlements</c>.</summary>
    public async Task<LibraryAnswer> WatchAsync(UserId user, Outbox outbox)
    {
        await JoinAsync(user, outbox, pushes: true);
        return await EntitlementsApi.ReadLibraryAsync(user, grains);
    }

    /// <summary>
    /// Lets somebody into a room that may be locked. What she paid for may end while she goes in: then the door is
    /// looked at again once she is inside.
    /// </summary>
    /// <param name="enter">Goes in; throws if the room refuses.</param>
    public async Task<T> EnterAsync<T>(RoomId room, UserId user, Outbox outbox, Func<Task<T>> enter)
    {
        if (!await admission.IsLockedAsync(Scopes.Of(room))) return await enter();

        var watch = await JoinAsync(user, outbox, pushes: false);
        var changes = watch.Changes;
        if (await admission.RefusalAsync(Scopes.Of(room), user) is { } refusal) throw HubProblems.Refusal(refusal);
        watch.Enter(room);
        var inside = await enter();
        if (watch.Changes != changes) await LookAgainAsync(user, watch);
        return inside;
    }

    public async Task LeaveAsync(UserId user, string connectionId)
    {
        Task leaving;
        lock (_membership)
        {
            if (!_watches.TryGetValue(user, out var watch) || !watch.Leave(connectionId)) return;
            _watches.TryRemove(user, out _);
            leaving = grains.GetGrain<IEntitlementsGrain>(user.Value).UnwatchAsync(Reference);
        }
        await leaving;
    }

    public void OnEntitlements(UserId user, EntitlementsChange change)
    {
        if (!_watches.TryGetValue(user, out var watch)) return;
        watch.Send(pushes.Frame("entitlements", change));
        if (change.Closed.Length > 0) _ = LookAgainAsync(user, watch);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Renewals.RunAsync(
        () => _watches, entry => RenewAsync(entry.Key, entry.Value), RenewPeriod, time, stoppingToken);

    private async Task<EntitlementsWatch> JoinAsync(UserId user, Outbox outbox, bool pushes)
    {
        // Calls leave under the lock, so that they reach the grain in the order of joining and leaving.
        EntitlementsWatch watch;
        Task watching;
        lock (_membership)
        {
            watch = _watches.GetOrAdd(user, _ => new EntitlementsWatch());
            watch.Join(outbox, pushes);
            watching = grains.GetGrain<IEntitlementsGrain>(user.Value).WatchAsync(Reference);
        }
        await watching;
        return watch;
    }

    private async Task RenewAsync(UserId user, EntitlementsWatch watch)
    {
        try
        {
            await grains.GetGrain<IEntitlementsGrain>(user.Value).WatchAsync(Reference);
        }
        // Whatever stands in the way of one person's watch, the others' go on; the next round tries again.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogRenewFailed(exception, user);
        }
        await LookAgainAsync(user, watch);
    }

    private async Task LookAgainAsync(UserId user, EntitlementsWatch watch)
    {
        foreach (var room in watch.Rooms())
            try
            {
                if (await admission.RefusalAsync(Scopes.Of(room), user) is null) continue;
                watch.Closed(room);
                rooms.Close(room, user, "payment");
            }
            // Looked at again with the next renewal.
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogLookFailed(exception, room, user);
            }
    }

    [LoggerMessage(LogLevel.Warning, "Renewing the entitlements watch of {User} failed; tried again later")]
    private partial void LogRenewFailed(Exception exception, UserId user);

    [LoggerMessage(LogLevel.Warning, "Whether {User} may stay in room {Room} is not known; looked at again later")]
    private partial void LogLookFailed(Exception exception, RoomId room, UserId user);
}
