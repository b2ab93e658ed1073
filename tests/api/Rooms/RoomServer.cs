using System.Net.Http.Json;

namespace Engage.Api.Tests.Rooms;

/// <summary>A server whose rooms have a short memory, so that tests reach its end.</summary>
public class RoomServer : RunningServer
{
    public const int WindowEntries = 100;

    private int _rooms;

    protected override string[] Settings =>
    [
        "--Limits:RequestsPerSecond", "100000",
        "--Limits:RequestsBurst", "100000",
        "--Rooms:WindowEntries", $"{WindowEntries}",
        "--Rooms:WindowEntriesMax", $"{WindowEntries}",
        "--Rooms:ActionBurst", "10000",
        "--Hub:OutboxBytesMax", "16384",
        "--Hub:SocketSendBytes", "8192",
    ];

    /// <summary>A live room, and its owner in it.</summary>
    internal async Task<(string Room, RoomClient Owner)> NewRoomAsync(string? content = null)
    {
        var room = $"r-{Interlocked.Increment(ref _rooms)}";
        await Service.CreateAsync("rooms", new
        {
            id = room, community = "g-ai", creator = "k-lin", title = new { zh = "直播", en = "Live" }, content,
        });
        var owner = await NewPersonAsync(room);
        await GrantAsync(owner.User, "owner");
        await owner.JoinAsync();
        await owner.ActAsync(new { @do = "start" });
        return (room, owner);
    }

    internal async Task GrantAsync(string user, string role)
    {
        using var answer = await Service.PutAsJsonAsync($"/v1/communities/g-ai/members/{user}", new { role });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Somebody new, connected but not in the room yet.</summary>
    internal async Task<RoomClient> NewPersonAsync(string room) =>
        await RoomClient.ConnectAsync(this, await NewUserAsync(), room);
}
