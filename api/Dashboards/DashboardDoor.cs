using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Authorization.Ownerships;
using Engage.Api.Problems;
using Engage.Api.Realtime;
using Engage.Api.Realtime.Transport;
using Engage.Api.Rooms;
using Engage.Contracts;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Dashboards;

/// <summary>What the hub does about dashboards; which ones a connection watches is kept with the connection.</summary>
internal sealed class DashboardDoor(DashboardGateway gateway, Failover failover)
{
    private static readonly object WatchedKey = new();

    public Task<DashboardAnswer> WatchAsync(HubCallerContext caller, Argument<string> creator)
    {
        var id = IdOf(creator);
        return failover.RunAsync(() => WatchAsync(caller, id), caller.ConnectionAborted);
    }

    public void Stop(HubCallerContext caller, Argument<string> creator)
    {
        var id = new CreatorId(IdOf(creator));
        var watched = Watched(caller);
        lock (watched) watched.Remove(id);
        gateway.Leave(id, caller.ConnectionId);
    }

    public void StopAll(HubCallerContext caller)
    {
        if (!caller.Items.TryGetValue(WatchedKey, out var watched)) return;
        lock (watched!)
            foreach (var creator in (HashSet<CreatorId>)watched)
                gateway.Leave(creator, caller.ConnectionId);
    }

    private async Task<DashboardAnswer> WatchAsync(HubCallerContext caller, string creator)
    {
        var watched = Watched(caller);
        lock (watched)
        {
            if (!watched.Contains(new(creator)) && watched.Count >= gateway.PerConnectionMax)
                throw HubProblems.Refusal(Problem.InvalidRequest(
                    $"This connection watches {watched.Count} dashboards, which is all it can; stop one first."));
            watched.Add(new(creator));
        }
        var outbox = caller.Features.Get<IOutboxFeature>()!.Outbox;
        return await gateway.WatchAsync(new(creator), caller.User!.UserId()!.Value, outbox)
            ?? throw HubProblems.Refusal(OwnerOfCreator.Missing(creator));
    }

    private static string IdOf(Argument<string> creator) => creator.Value is { } id && creator.Error is null
        ? id
        : throw HubProblems.Refusal(
            Problem.InvalidRequest($"creator: {creator.Error ?? "expected an id, found null"}."));

    private static HashSet<CreatorId> Watched(HubCallerContext caller)
    {
        lock (caller.Items)
        {
            if (caller.Items.TryGetValue(WatchedKey, out var watched)) return (HashSet<CreatorId>)watched!;
            var made = new HashSet<CreatorId>();
            caller.Items[WatchedKey] = made;
            return made;
        }
    }
}
