using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Rooms;
using Engage.Grains.Rooms;
using Engage.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Tests;

/// <summary>A room in which mentions were said before: an inbox has no words of its own.</summary>
internal static class InboxRoom
{
    /// <param name="platform">Has no such room yet.</param>
    /// <param name="mentions">Of one room, from 1 on.</param>
    public static async Task CreateAsync(TestPlatform platform, IEnumerable<Mention> mentions)
    {
        var said = mentions.ToArray();
        await platform.Services.GetRequiredService<IRoomLog>().AppendAsync(
            said[0].Room,
            [
                .. said.Select(mention => RoomEntryJson.Log(RoomEntry.Of(
                    mention.Seq, mention.At, mention.By,
                    new Said(Guid.NewGuid(), mention.Text, null, [new("u-1")])))),
            ],
            CancellationToken.None);
        await platform.CreateContentsAsync(0);
        var reply = await platform.Grains.GetGrain<IRoomGrain>(said[0].Room.Value).CreateAsync(
            new()
            {
                Id = said[0].Room, Community = new("g-1"), Creator = new("k-1"), Title = new() { En = "Room" },
            },
            CancellationToken.None);
        Assert.Equal(CreateOutcome.Created, reply.Outcome);
    }
}
