using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Peer.SignalR;

/// <summary>The last number given in each room.</summary>
internal sealed class RoomNumbers
{
    private readonly ConcurrentDictionary<string, long> _last = new();

    public long Last(string room) => _last.GetValueOrDefault(room);

    public long Next(string room) => _last.AddOrUpdate(room, 1, (_, last) => last + 1);
}

/// <summary>The entry that everybody in the room gets: the members of ours.</summary>
internal sealed record Entry(long Seq, DateTimeOffset At, string Kind, string By, string Name, Guid Id, string Text);

/// <summary>The answer to a call.</summary>
internal sealed record Place(long Seq);

/// <summary>Join a room; say something, which goes to all in the room, and is then acknowledged.</summary>
internal sealed class RoomHub(RoomNumbers numbers, TimeProvider time) : Hub
{
    public async Task<Place> JoinRoom(string room, JsonElement options)
    {
        await Groups.AddToGroupAsync(Context.ConnectionId, room);
        return new(numbers.Last(room));
    }

    public async Task<Place> Act(string room, JsonElement action)
    {
        var entry = new Entry(
            numbers.Next(room), time.GetUtcNow(), "said", "u-0123456789", "participant",
            action.GetProperty("id").GetGuid(), action.GetProperty("text").GetString()!);
        await Clients.Group(room).SendAsync("room", entry);
        return new(entry.Seq);
    }
}
