using System.Text.Encodings.Web;
using System.Text.Json;
using Engage.Api.Tests.Rooms;
using Engage.Postgres;
using Engage.Postgres.Facts;
using Engage.Storage.Books;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Api.Tests.Privacy;

public sealed class ErasureTests
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public Task ErasureLeavesNoPlantedValueInAnyFile() => EraseAsync(null);

    [PostgresFact]
    public async Task ErasureLeavesNoPlantedValueInAnyTableOfPostgresNorInItsFiles()
    {
        // All that its log has is looked through three times; the shared server's has what everybody else writes, too.
        using var server = PostgresServer.Start();
        using var database = server.CreateDatabase();
        await EraseAsync(database);
    }

    private static async Task EraseAsync(PostgresDatabaseLease? database)
    {
        await using var scene = await PlantedScene.StartAsync(database);
        var (server, planted, room, _, lin) = scene;

        // All is stored once, as it is at every stop.
        await server.StopAsync();
        var before = server.Find(planted, file => !file.Contains("outbox", StringComparison.Ordinal));
        await server.StartAsync();
        using var again = server.With(await server.TokenAsync(planted));
        var export = await PlantedPerson.ExportAsync(again);
        var (refused, _) = await again.PostJsonAsync("/v1/privacy/erasure", new { password = "not her password" });
        var (accepted, erasure) = await again.PostJsonAsync(
            "/v1/privacy/erasure", new { password = RunningServer.Password });
        await server.UntilErasedAsync(erasure.Text("id"));

        Assert.Empty(before);
        // It did speak, of what is not personal, too.
        var log = await File.ReadAllTextAsync(server.LogPath);
        Assert.Contains(lin.User, log, StringComparison.Ordinal);
        Assert.Contains("Debug Microsoft.AspNetCore", log, StringComparison.Ordinal);
        Assert.Equal((403, 202), (refused, accepted));
        Assert.Empty(planted.MissingIn(export));
        Assert.Empty(server.Find(planted));
        Assert.Equal(401, (await again.GetJsonAsync("/v1/users/me")).Status);
        Assert.Null((await server.Services.GetRequiredService<IBooks>().VerifyAsync(null, default)).Fault);
        await AssertRoomGoesOnAsync(server, room, planted);
        await server.StopAsync();
        Assert.Empty(server.Find(planted));
        await server.StartAsync();
    }

    /// <summary>What she wrote is gone for everybody, and her name where others wrote it; what counts stays.</summary>
    private static async Task AssertRoomGoesOnAsync(PrivateServer server, string room, PlantedValues planted)
    {
        await using var late = await server.NewPersonAsync(room);
        await server.GrantAsync(late.User, "moderator");
        var joined = await late.JoinAsync(limit: 200);
        var text = joined.GetRawText();
        Assert.Contains("\"deleted\":true", text, StringComparison.Ordinal);
        Assert.Contains("@… well said", text, StringComparison.Ordinal);
        Assert.Contains("as … had it", text, StringComparison.Ordinal);
        Assert.Empty(planted.FieldsIn(JsonSerializer.Serialize(joined, Readable)));
        var audit = await late.Account.Http.GetStringAsync(new Uri($"/v1/rooms/{room}/audit", UriKind.Relative));
        Assert.Empty(planted.FieldsIn(audit));
        var polls = joined.GetProperty("state").GetProperty("polls").EnumerateObject().Select(poll => poll.Value);
        Assert.Equal([1, 1], polls.Select(poll => poll.GetProperty("voters").GetInt32()));
        Assert.All(polls, poll => Assert.Equal(0, poll.GetProperty("words").GetArrayLength()));
        await late.SayAsync("it goes on");
    }
}
