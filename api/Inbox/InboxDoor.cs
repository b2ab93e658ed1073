using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Realtime.Transport;
using Engage.Contracts;
using Engage.Contracts.Rooms;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Inbox;

/// <summary>The hub's way to the caller's inbox.</summary>
internal sealed class InboxDoor(InboxGateway gateway, IGrainFactory grains, Failover failover)
{
    public Task<InboxAnswer> WatchAsync(HubCallerContext caller) => failover.RunAsync(
        () => gateway.WatchAsync(UserOf(caller), caller.Features.Get<IOutboxFeature>()!.Outbox),
        caller.ConnectionAborted);

    /// <summary>All mentions up to now are read.</summary>
    public Task ReadAsync(HubCallerContext caller) => grains.GetGrain<IInboxGrain>(UserOf(caller).Value).ClearAsync();

    public Task LeaveAsync(HubCallerContext caller) => gateway.LeaveAsync(UserOf(caller), caller.ConnectionId);

    private static UserId UserOf(HubCallerContext caller) => caller.User!.UserId()!.Value;
}
