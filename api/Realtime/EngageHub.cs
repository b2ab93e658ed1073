using System.Text.Json;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Commerce;
using Engage.Api.Dashboards;
using Engage.Api.Events;
using Engage.Api.Inbox;
using Engage.Api.Problems;
using Engage.Api.Recommendations;
using Engage.Api.Rooms;
using Engage.Contracts;
using Engage.Contracts.Recommending;
using Engage.Contracts.Rooms;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Realtime;

/// <summary>The live door; docs/protocol.md, "Hub". One connection acts for the user of its token.</summary>
internal sealed class EngageHub(
    EventIntake intake, FeedGateway gateway, Failover failover, RoomDoor rooms, InboxDoor inboxes,
    DashboardDoor dashboards, EntitlementsDoor entitlements, ConnectionRenewal renewal) : Hub
{
    private UserId Caller => Context.User!.UserId()!.Value;

    public async Task<EventsAnswer> Track(JsonElement events)
    {
        var (batch, error) = EventBatch.FromJson(events);
        if (error is not null) throw HubProblems.Refusal(Problem.InvalidRequest(error));

        return await intake.TakeAsync(batch, Caller, Context.ConnectionAborted);
    }

    public Task<Feed> WatchRecommendations() => WatchAsync(FeedRequest.LimitDefault);

    /// <summary>Hub methods have no optional arguments, so the choice of a length is a method of its own.</summary>
    public Task<Feed> WatchTopRecommendations(JsonElement limit) =>
        limit.ValueKind == JsonValueKind.Number && limit.TryGetInt32(out var items)
            ? WatchAsync(items)
            : throw HubProblems.Refusal(
                Problem.InvalidRequest($"limit: expected a whole number, found {limit.ValueKind}."));

    public Task StopRecommendations() => gateway.UnwatchAsync(Caller, Context.ConnectionId);

    public Task<JoinAnswer> JoinRoom(Argument<string> room, Argument<JoinOptions> how) =>
        rooms.JoinAsync(Context, room, how);

    public Task LeaveRoom(Argument<string> room) => RoomDoor.LeaveAsync(Context, room);

    public Task<ActAnswer> Act(Argument<string> room, Argument<RoomAction> action) =>
        rooms.ActAsync(Context, room, action);

    public Task React(Argument<string> room, Argument<string> emoji, Argument<int> count) =>
        RoomDoor.ReactAsync(Context, room, emoji, count);

    public void Typing(Argument<string> room) => rooms.Typing(Context, room);

    public Task<RoomPageAnswer> ReadRoom(Argument<string> room, Argument<PageOptions> page) =>
        rooms.ReadAsync(Context, room, page);

    public Task<InboxAnswer> WatchInbox() => inboxes.WatchAsync(Context);

    public Task<LibraryAnswer> WatchEntitlements() => entitlements.WatchAsync(Context);

    public Task ReadInbox() => inboxes.ReadAsync(Context);

    public Task<DashboardAnswer> WatchDashboard(Argument<string> creator) => dashboards.WatchAsync(Context, creator);

    public void StopDashboard(Argument<string> creator) => dashboards.Stop(Context, creator);

    public Task Renew(Argument<string> token) => renewal.RenewAsync(Context, token.Value ?? "");

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        RoomDoor.LeaveAll(Context);
        dashboards.StopAll(Context);
        await Task.WhenAll(
            inboxes.LeaveAsync(Context), entitlements.LeaveAsync(Context),
            gateway.UnwatchAsync(Caller, Context.ConnectionId));
        await base.OnDisconnectedAsync(exception);
    }

    private Task<Feed> WatchAsync(int limit) =>
        RecommendationsApi.CheckLimit(limit) is { } wrong
            ? throw HubProblems.Refusal(wrong)
            : failover.RunAsync(
                () => gateway.WatchAsync(Caller, Context.ConnectionId, limit, Context.ConnectionAborted),
                Context.ConnectionAborted);
}
