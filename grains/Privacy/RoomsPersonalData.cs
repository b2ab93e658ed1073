using System.Text.Json.Nodes;
using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Storage;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Privacy;

/// <summary>
/// What somebody wrote and did in rooms. It disappears for everybody at once; in the log it stays sealed, without key;
/// and rooms that know her name begin anew from their log.
/// </summary>
internal sealed class RoomsPersonalData(ICatalogueStore catalogue, IRoomLog log, IServiceProvider services)
    : IPersonalTraces
{
    private const int PageLimit = 500;

    public string Section => "rooms";

    private IGrainFactory Grains => services.GetRequiredService<IGrainFactory>();

    public async Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken)
    {
        var entries = new JsonArray();
        foreach (var room in await RoomsAsync(cancellationToken))
            for (var after = 0L; ;)
            {
                var page = await log.ReadAuthorAsync(room, user, after, PageLimit, cancellationToken);
                if (page.Length == 0) break;
                after = page[^1].Seq;
                foreach (var entry in page)
                    entries.Add(new JsonObject { ["room"] = room.Value, ["entry"] = JsonNode.Parse(entry.Json) });
            }
        return entries.Count > 0 ? entries : null;
    }

    public async Task EraseAsync(UserId user, CancellationToken cancellationToken)
    {
        foreach (var room in await RoomsOfAsync(user, cancellationToken))
            await Grains.GetGrain<IRoomGrain>(room.Value).EraseAsync(user).WaitAsync(cancellationToken);
    }

    public async Task ForgetTracesAsync(UserId user, CancellationToken cancellationToken)
    {
        foreach (var room in await RoomsOfAsync(user, cancellationToken))
            await Grains.GetGrain<IRoomGrain>(room.Value).ReloadAsync().WaitAsync(cancellationToken);
    }

    private async Task<List<RoomId>> RoomsOfAsync(UserId user, CancellationToken cancellationToken)
    {
        var rooms = new List<RoomId>();
        foreach (var room in await RoomsAsync(cancellationToken))
            if (await log.ReadAuthorAsync(room, user, 0, 1, cancellationToken) is { Length: > 0 }) rooms.Add(room);
        return rooms;
    }

    private async Task<List<RoomId>> RoomsAsync(CancellationToken cancellationToken)
    {
        var rooms = new List<RoomId>();
        for (var after = 0L; ;)
        {
            var page = await catalogue.ListAsync(
                new(CatalogueKind.Room, after, PageLimit), cancellationToken);
            if (page.Count == 0) return rooms;
            after = page[^1].Revision;
            rooms.AddRange(page.Select(entry => new RoomId(entry.Id)));
        }
    }
}
