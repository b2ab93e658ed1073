using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Creators;
using Engage.Api.Problems;
using Engage.Api.Realtime;
using Engage.Api.Realtime.Transport;
using Engage.Contracts;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Dashboards;

/// <summary>What the hub does about dashboards; which ones a connection watches is kept with the connection.</summary>
internal sealed class DashboardHub(DashboardGateway gateway, IGrainFactory grains)
{
    private static readonly object WatchedKey = new();

    public async Task<DashboardAnswer> WatchAsync(HubCallerContext caller, string creator)
    {
        if (await grains.RefusalAsync(creator, caller.User ?? new ClaimsPrincipal()) is { } refusal)
            throw HubProblems.Refusal(refusal);

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
            ?? throw HubProblems.Refusal(Problem.NotFound("Creator", creator, "list them with GET /v1/creators"));
    }

    public void Stop(HubCallerContext caller, string creator)
    {
        var watched = Watched(caller);
        lock (watched) watched.Remove(new(creator));
        gateway.Leave(new(creator), caller.ConnectionId);
    }

    public void StopAll(HubCallerContext caller)
    {
        if (!caller.Items.TryGetValue(WatchedKey, out var watched)) return;
        lock (watched!)
            foreach (var creator in (HashSet<CreatorId>)watched)
                gateway.Leave(creator, caller.ConnectionId);
    }

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
