using System.Data.Common;
using System.Text.Json;
using Engage.Postgres;
using Engage.Postgres.Facts;
using Engage.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Api.Tests.Privacy;

/// <summary>What a person is given when she asks for her data, held against all that the database has.</summary>
public sealed class ExportTests
{
    [Fact]
    public Task ExportHasEveryRowOfHersAndNobodyElses() => ExportAsync(null);

    [PostgresFact]
    public async Task ExportHasEveryRowOfHersAndNobodyElsesOnPostgres()
    {
        using var database = PostgresServer.Shared.CreateDatabase();
        await ExportAsync(database);
    }

    private static async Task ExportAsync(PostgresDatabaseLease? database)
    {
        await using var scene = await PlantedScene.StartAsync(database);
        var (server, planted, _, owner, lin) = scene;
        using var owned = await server.Service.PutAsync(
            new Uri($"/v1/creators/k-lin/owners/{lin.User}", UriKind.Relative), null);
        await owner.SayAsync("only the owner says this");
        await owner.ActAsync(new { @do = "say", id = Guid.NewGuid(), text = "for her", mentions = new[] { lin.User } });
        // Actors store at their own pace, and all at a stop.
        await server.StopAsync();
        await server.StartAsync();
        using var again = server.With(await server.TokenAsync(planted));

        // Her token is good for as long as the keys are, also after a start.
        using var connection = server.Connect();
        var postings = Postings(connection, lin.User);
        using var ownerHttp = server.With(owner.Account.Token);
        var text = await PlantedPerson.ExportAsync(again);
        var others = await PlantedPerson.ExportAsync(ownerHttp);

        AssertClassified(connection, database is not null);
        var export = JsonDocument.Parse(text).RootElement;
        Assert.Empty(planted.MissingIn(text));
        Assert.DoesNotContain("only the owner says this", text, StringComparison.Ordinal);
        Assert.Contains("only the owner says this", others, StringComparison.Ordinal);
        // The owner wrote her name; what she wrote herself is not the owner's.
        Assert.Equal(["display name", "message"], planted.FieldsIn(others).Order(StringComparer.Ordinal));
        AssertRooms(connection, lin.User, export);
        AssertStates(connection, lin.User, export, database is not null);
        AssertDocuments(connection, lin.User, text);
        AssertPostings(postings, Postings(connection, lin.User), export);
        await AssertActivityAsync(server, lin.User, export);
    }

    private static void AssertClassified(DbConnection connection, bool isPostgres)
    {
        var schema = StoredData.Schema(connection, isPostgres);
        var known = StoredData.Of(isPostgres).ToDictionary(
            table => table.Name,
            table => table.Columns.Replace("*", "", StringComparison.Ordinal).Split(' ')
                .Order(StringComparer.Ordinal).ToArray(),
            StringComparer.Ordinal);
        Assert.Equal(Lines(known), Lines(schema));

        static string Lines(Dictionary<string, string[]> tables) => string.Join(
            "\n", tables.OrderBy(table => table.Key, StringComparer.Ordinal)
                .Select(table => $"{table.Key}: {string.Join(' ', table.Value)}"));
    }

    private static void AssertRooms(DbConnection connection, string user, JsonElement export)
    {
        var rows = StoredData.Rows(connection, $"SELECT room, seq FROM room_log WHERE author = '{user}'")
            .Select(row => $"{row[0]} {row[1]}");
        var exported = export.GetProperty("rooms").EnumerateArray()
            .Select(entry => $"{entry.Text("room")} {entry.GetProperty("entry").GetProperty("seq").GetInt64()}");
        Assert.Equal(rows.Order(StringComparer.Ordinal), exported.Order(StringComparer.Ordinal));
    }

    private static void AssertStates(
        DbConnection connection, string user, JsonElement export, bool isPostgres)
    {
        var rows = StoredData.Rows(connection, isPostgres
            ? "SELECT graintypestring, grainidextensionstring, coalesce(payloadbinary, '') FROM orleansstorage"
            : "SELECT state_name, grain_key, coalesce(payload, '') FROM grain_state");
        // The provider of a cluster puts the grain's type there; ours the state's name, perhaps with more behind it.
        Assert.All(rows, row => Assert.Contains(row[0].Split(',', '.')[^1], StoredData.States.Keys));
        foreach (var row in rows.Where(row => row[1] == user || row[2].Contains(user, StringComparison.Ordinal)))
            if (StoredData.States[row[0].Split(',', '.')[^1]] is { } section)
                Assert.True(export.TryGetProperty(section, out _), $"{row[0]} {row[1]}: '{section}' is missing.");
    }

    private static void AssertDocuments(DbConnection connection, string user, string export)
    {
        var rows = StoredData.Rows(connection, "SELECT kind, id, keys, body FROM book_document");
        Assert.All(rows, row => Assert.Contains(row[0], StoredData.Documents.Keys));
        var hers = rows.Where(row =>
            StoredData.Documents[row[0]] && (row[2] + row[3]).Contains(user, StringComparison.Ordinal)).ToArray();
        Assert.Contains(hers, row => row[0] == "order");
        Assert.Contains(hers, row => row[0] == "audit");
        foreach (var row in hers)
        {
            var body = JsonDocument.Parse(row[3]).RootElement;
            var names = new[] { row[1] }.Concat(
                body.TryGetProperty("code", out var code) ? [$"{code}"] : Array.Empty<string>());
            Assert.True(
                names.Any(name => export.Contains(name, StringComparison.Ordinal)), $"{row[0]} {row[1]}: {row[3]}");
        }
    }

    private static List<string> Postings(DbConnection connection, string user) =>
    [
        .. StoredData.Rows(
                connection, $"SELECT account, unit, amount, seq FROM book_posting WHERE account LIKE '%:{user}%'")
            .Select(row => string.Join(' ', row[..3])),
    ];

    /// <summary>Points are booked for a while after what they are for.</summary>
    private static void AssertPostings(List<string> before, List<string> after, JsonElement export)
    {
        var exported = export.GetProperty("commerce").GetProperty("postings").EnumerateArray()
            .Select(posting => $"{posting.Text("account")} {posting.Text("unit")} {posting.GetProperty("amount")}")
            .ToList();
        foreach (var posting in exported) Assert.True(after.Remove(posting), posting);
        foreach (var posting in before) Assert.True(exported.Remove(posting), posting);
        Assert.NotEmpty(before);
    }

    /// <summary>By another way than the export's: the journal as a whole.</summary>
    private static async Task AssertActivityAsync(PrivateServer server, string user, JsonElement export)
    {
        var journal = server.Services.GetRequiredService<IActivityJournal>();
        var ids = new List<string>();
        for (var partition = 0; partition < journal.PartitionCount; partition++)
            for (var after = 0L; ;)
            {
                var page = await journal.ReadAsync(partition, after, 1_000, default);
                if (page.Length == 0) break;
                after = page[^1].Offset;
                ids.AddRange(
                    page.Where(at => at.Event.User.Value == user).Select(at => at.Event.EventId.ToString("D")));
            }
        Assert.True(ids.Count >= 3, $"{ids.Count} events");
        Assert.Equal(
            ids.Order(StringComparer.Ordinal),
            export.GetProperty("activity").GetProperty("events").EnumerateArray()
                .Select(activity => activity.Text("eventId")).Order(StringComparer.Ordinal));
    }
}
