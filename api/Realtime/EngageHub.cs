using System.Text.Json;
using Engage.Api.Accounts;
using Engage.Api.Events;
using Engage.Api.Problems;
using Engage.Api.Recommendations;
using Engage.Contracts;
using Engage.Contracts.Recommending;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Realtime;

internal sealed record WatchRequest(int? Limit);

/// <summary>The live door; docs/protocol.md, "Hub". One connection acts for the user of its token.</summary>
internal sealed class EngageHub(EventIntake intake, FeedGateway gateway) : Hub
{
    private UserId Caller => Context.User!.UserId()!.Value;

    public async Task<EventsAnswer> Track(JsonElement events)
    {
        var (batch, error) = EventBatch.FromJson(events);
        if (error is not null) throw Refuse(Problem.InvalidRequest(error));

        try
        {
            return await intake.TakeAsync(batch, Caller, Context.ConnectionAborted);
        }
        catch (BusyException busy)
        {
            throw Refuse(Problem.Busy(busy.Message, busy.RetryAfter));
        }
    }

    public async Task<Feed> WatchRecommendations(WatchRequest? request = null)
    {
        if (RecommendationsApi.CheckLimit(request?.Limit) is { } wrong) throw Refuse(wrong);

        try
        {
            return await gateway.WatchAsync(
                Caller, Context.ConnectionId, request?.Limit ?? FeedRequest.LimitDefault, Context.ConnectionAborted);
        }
        catch (BusyException busy)
        {
            throw Refuse(Problem.Busy(busy.Message, busy.RetryAfter));
        }
    }

    public Task StopRecommendations() => gateway.UnwatchAsync(Caller, Context.ConnectionId);

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        await gateway.UnwatchAsync(Caller, Context.ConnectionId);
        await base.OnDisconnectedAsync(exception);
    }

    private static HubException Refuse(ProblemDetails problem) =>
        new(JsonSerializer.Serialize(problem, JsonSerializerOptions.Web));
}
