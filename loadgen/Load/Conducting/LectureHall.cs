using System.Globalization;
using Engage.LoadGen.Protocol;

namespace Engage.LoadGen.Load.Conducting;

/// <summary>Opens rooms on a platform, lets people in, and reads what was written down.</summary>
public sealed class LectureHall(EngageClient client, Uri server)
{
    private const string Community = "g-load";
    private const string Creator = "k-load";
    private const int Contents = 100;
    private const int PageMax = 1_000;

    /// <summary>A live room of the given id for these people.</summary>
    public async Task<LoadTarget> OpenAsync(
        string room, IReadOnlyList<Person> people, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(people);
        await client.CreateAsync(new CommunityMessage(Community, new(En: "Load")), cancellation);
        await client.CreateAsync(new CreatorMessage(Creator, new(En: "Load"), null, [Community]), cancellation);
        await client.GrantRoleAsync(Community, people[0].User, "moderator", cancellation);
        await client.CreateAsync(new RoomMessage(room, Community, Creator, new(En: room)), cancellation);
        await client.StartRoomAsync(room, people[0].Token, cancellation);
        return new("engage", server, room, [.. people.Select(person => person.Token)]);
    }

    /// <summary>Contents to browse.</summary>
    public async Task<IReadOnlyList<string>> StockAsync(CancellationToken cancellation)
    {
        await client.CreateAsync(new CommunityMessage(Community, new(En: "Load")), cancellation);
        await client.CreateAsync(new CreatorMessage(Creator, new(En: "Load"), null, [Community]), cancellation);
        string[] contents =
            [.. Enumerable.Range(0, Contents).Select(i => string.Create(CultureInfo.InvariantCulture, $"c-load-{i}"))];
        await Parallel.ForEachAsync(contents, cancellation, async (id, token) => await client.CreateAsync(
            new ContentMessage(id, "course", Creator, Community, new(En: $"Course {id} of the load")), token));
        return contents;
    }

    /// <summary>All that everyone may see of a room's log.</summary>
    /// <param name="token">Of somebody who does not moderate.</param>
    public async Task<IReadOnlyList<EntryMessage>> ReadAsync(string room, string token, CancellationToken cancellation)
    {
        var entries = new List<EntryMessage>();
        for (var (after, more) = (0L, true); more;)
        {
            var page = await client.EntriesAsync(room, after, PageMax, token, cancellation);
            entries.AddRange(page.Entries);
            (after, more) = (page.Through, page.More);
        }

        return entries;
    }
}
