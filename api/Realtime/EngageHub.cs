using System.Text.Json;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Dashboards;
using Engage.Api.Events;
using Engage.Api.Inbox;
using Engage.Api.Problems;
using Engage.Api.Realtime.Transport;
using Engage.Api.Recommendations;
using Engage.Contracts;
using Engage.Contracts.Recommending;
using Engage.Contracts.Rooms;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Realtime;

/// <summary>The live door; docs/protocol.md, "Hub". One connection acts for the user of its token.</summary>
internal sealed class EngageHub(
    EventIntake intake, FeedGateway gateway, InboxGateway inboxes, DashboardHub dashboards, IGrainFactory grains,
    Failover failover) : Hub
{
    private UserId Caller => Context.User!.UserId()!.Value;

    private Outbox Outbox => Context.Features.Get<IOutboxFeature>()!.Outbox;

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

    /// <summary>Who has mentioned the caller; later mentions are pushed.</summary>
    public Task<InboxAnswer> WatchInbox() =>
        failover.RunAsync(() => inboxes.WatchAsync(Caller, Outbox), Context.ConnectionAborted);

    /// <summary>All mentions up to now are read.</summary>
    public Task ReadInbox() => grains.GetGrain<IInboxGrain>(Caller.Value).ClearAsync();

    public Task<DashboardAnswer> WatchDashboard(string creator) =>
        failover.RunAsync(() => dashboards.WatchAsync(Context, creator), Context.ConnectionAborted);

    public void StopDashboard(string creator) => dashboards.Stop(Context, creator);

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        dashboards.StopAll(Context);
        await inboxes.LeaveAsync(Caller, Context.ConnectionId);
        await gateway.UnwatchAsync(Caller, Context.ConnectionId);
        await base.OnDisconnectedAsync(exception);
    }

    private Task<Feed> WatchAsync(int limit) =>
        RecommendationsApi.CheckLimit(limit) is { } wrong
            ? throw HubProblems.Refusal(wrong)
            : failover.RunAsync(
                () => gateway.WatchAsync(Caller, Context.ConnectionId, limit, Context.ConnectionAborted),
                Context.ConnectionAborted);
}
