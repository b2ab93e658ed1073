using Engage.Api.Tests.Rooms;
using Engage.Contracts.Privacy;
using Engage.Postgres;
using Engage.Postgres.Facts;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Engage.Api.Tests.Privacy;

/// <summary>What somebody else's inbox has of a message: as long as the room has it, and not longer.</summary>
public sealed class MentionTests
{
    [Fact]
    public Task WordsOfAMentionGoWithTheMessageAndWithItsPeople() => GoAsync(null);

    [PostgresFact]
    public async Task WordsOfAMentionGoWithTheMessageAndWithItsPeopleOnPostgres()
    {
        using var database = PostgresServer.Shared.CreateDatabase();
        await GoAsync(database);
    }

    private static async Task GoAsync(PostgresDatabaseLease? database)
    {
        await using var server = await PrivateServer.StartNewAsync(database);
        var planted = new PlantedValues();
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        using var named = await PlantedPerson.RegisterAsync(server, planted);
        await using var lin = await RoomClient.ConnectAsync(
            server, named with { Http = server.With(named.Token) }, room);
        await using var ann = await server.NewPersonAsync(room);
        await lin.JoinAsync();
        await ann.JoinAsync();
        await MentionAsync(lin, owner, "from her");
        await MentionAsync(ann, owner, $"@{planted["display name"]} said it");
        var target = await MentionAsync(ann, owner, "too much");
        while ((await TextsAsync(owner)).Length < 3) await Task.Yield();

        var stored = Inboxes(server, database is not null);
        var whole = await TextsAsync(owner);
        await owner.ActAsync(new { @do = "delete", target });
        var afterDeletion = await TextsAsync(owner);
        await EraseAsync(server, lin.User);
        var afterHerErasure = await TextsAsync(owner);
        await EraseAsync(server, ann.User);
        var afterTheAuthors = await TextsAsync(owner);

        Assert.Contains(owner.User, stored, StringComparison.Ordinal);
        Assert.DoesNotContain("said it", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("s1.", stored, StringComparison.Ordinal);
        Assert.Equal(["too much", $"@{planted["display name"]} said it", "from her"], whole);
        Assert.Equal([$"@{planted["display name"]} said it", "from her"], afterDeletion);
        Assert.Equal(["@… said it"], afterHerErasure);
        Assert.Empty(afterTheAuthors);
    }

    private static async Task<long> MentionAsync(RoomClient author, RoomClient whom, string text) =>
        (await author.ActAsync(new { @do = "say", id = Guid.NewGuid(), text, mentions = new[] { whom.User } }))
            .GetProperty("seq").GetInt64();

    private static async Task<string[]> TextsAsync(RoomClient person)
    {
        var (_, inbox) = await person.Account.Http.GetJsonAsync("/v1/inbox");
        return [.. inbox.GetProperty("mentions").EnumerateArray().Select(mention => mention.Text("text"))];
    }

    /// <summary>Every inbox, with its owner, as the database has it.</summary>
    private static string Inboxes(PrivateServer server, bool isPostgres)
    {
        using var connection = server.Connect();
        var rows = StoredData.Rows(connection, isPostgres
            ? "SELECT grainidextensionstring, payloadbinary FROM orleansstorage WHERE graintypestring LIKE '%inbox%'"
            : "SELECT grain_key, payload FROM grain_state WHERE state_name = 'inbox'");
        return string.Join('\n', rows.Select(row => string.Join(' ', row)));
    }

    private static async Task EraseAsync(PrivateServer server, string user)
    {
        var erasure = server.Services.GetRequiredService<IGrainFactory>().GetGrain<IErasureGrain>(user);
        await erasure.RequestAsync();
        while ((await erasure.GetAsync())!.DoneAt is null) await Task.Yield();
    }
}
