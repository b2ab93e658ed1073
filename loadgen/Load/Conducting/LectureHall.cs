using System.Globalization;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Servers;

namespace Engage.LoadGen.Load.Conducting;

/// <summary>Opens a room on a platform and makes up people for it.</summary>
public sealed class LectureHall(EngageClient client, TokenKey key, TimeProvider time)
{
    private const string Community = "g-load";
    private const string Creator = "k-load";
    private const string Owner = "u-load-owner";

    /// <summary>A live room with people of their own, one token each.</summary>
    public async Task<LoadTarget> OpenAsync(Uri server, string room, int users, CancellationToken cancellation)
    {
        await client.CreateAsync(new CommunityMessage(Community, new(En: "Load")), cancellation);
        await client.CreateAsync(new CreatorMessage(Creator, new(En: "Load"), null, [Community]), cancellation);
        await client.CreateAsync(new RoomMessage(room, Community, Creator, new(En: "Load")), cancellation);
        await client.AppointOwnerAsync(Creator, Owner, cancellation);
        await client.StartRoomAsync(room, Token(Owner), cancellation);
        return new("engage", server, room, [.. Enumerable.Range(0, users).Select(number =>
            Token(string.Create(CultureInfo.InvariantCulture, $"u-load-{number}")))]);
    }

    private string Token(string user) => key.Issue(user, user[2..], time.GetUtcNow());
}
