using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json;
using Engage.Api.Tests.Rooms;
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
    public async Task ErasureLeavesNoPlantedValueInAnyFile()
    {
        await using var server = await PrivateServer.StartNewAsync();
        var planted = new PlantedValues();
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        using var lin = await PlantAccountAsync(server, planted);
        await using (var guest = await RoomClient.ConnectAsync(server, lin, room))
        {
            await guest.JoinAsync();
            await PlantInRoomAsync(guest, owner, planted);
        }
        await PlantEventsAsync(server, lin, planted);
        await BanAsync(server, owner, lin, planted);

        // All is stored once, as it is at every stop.
        await server.StopAsync();
        var before = planted.FindBelow(server.Data, file => !file.Contains("outbox", StringComparison.Ordinal));
        await server.StartAsync();
        using var again = server.With(await server.TokenAsync(planted));
        var export = await ExportAsync(again);
        var (refused, _) = await again.PostJsonAsync("/v1/privacy/erasure", new { password = "not her password" });
        var (accepted, erasure) = await again.PostJsonAsync(
            "/v1/privacy/erasure", new { password = RunningServer.Password });
        await server.UntilErasedAsync(erasure.Text("id"));

        Assert.Empty(before);
        Assert.Equal((403, 202), (refused, accepted));
        foreach (var value in planted.Where(field => field is not ("password" or "ban reason")))
            Assert.Contains(value, export, StringComparison.Ordinal);
        Assert.Empty(planted.FindBelow(server.Data));
        Assert.Equal(401, (await again.GetJsonAsync("/v1/users/me")).Status);
        Assert.Null((await server.Services.GetRequiredService<IBooks>().VerifyAsync(null, default)).Fault);
        await AssertRoomGoesOnAsync(server, room);
        await server.StopAsync();
        Assert.Empty(planted.FindBelow(server.Data));
        await server.StartAsync();
    }

    /// <summary>What she wrote is gone for everybody; what others count with stays.</summary>
    private static async Task AssertRoomGoesOnAsync(PrivateServer server, string room)
    {
        await using var late = await server.NewPersonAsync(room);
        var joined = await late.JoinAsync(limit: 200);
        var text = joined.GetRawText();
        Assert.Contains("\"deleted\":true", text, StringComparison.Ordinal);
        var results = joined.GetProperty("state").GetProperty("polls").EnumerateObject().Select(poll => poll.Value)
            .Sum(poll => poll.GetProperty("voters").GetInt32());
        Assert.Equal(1, results);
        await late.SayAsync("it goes on");
    }

    private static async Task<SignedInUser> PlantAccountAsync(PrivateServer server, PlantedValues planted)
    {
        var userName = planted.Plant("user name", "planted-name-7431");
        using var registered = await server.Anonymous.PostAsJsonAsync("/v1/users", new
        {
            userName,
            password = planted.Plant("password", RunningServer.Password),
            displayName = planted.Plant("display name", "植入显示名七四三一"),
            mail = planted.Plant("mail", "planted.mail.7431@example.org"),
            consent = new { personalization = true, analytics = true, marketing = true },
        });
        registered.EnsureSuccessStatusCode();
        var session = await server.SignInAsync(userName, planted.Plant("device", "植入的设备 7431"));
        var token = session.Text("accessToken");
        return new(session.Text("user"), token, server.With(token));
    }

    private static async Task PlantInRoomAsync(RoomClient lin, RoomClient owner, PlantedValues planted)
    {
        var said = await lin.ActAsync(new
        {
            @do = "say", id = Guid.NewGuid(), text = planted.Plant("message", "植入的消息甲七四三一"),
            mentions = new[] { owner.User },
        });
        await lin.ActAsync(new
        {
            @do = "edit", target = said.GetProperty("seq").GetInt64(), text = planted.Plant("edit", "植入的修改乙七四三一"),
        });
        await lin.ActAsync(new
        {
            @do = "ask", id = Guid.NewGuid(), text = planted.Plant("question", "植入的问题丙七四三一"),
        });
        await lin.ActAsync(new
        {
            @do = "ask", id = Guid.NewGuid(), anonymous = true,
            text = planted.Plant("anonymous question", "planted anonymous 7431"),
        });
        var other = await lin.ActAsync(new
        {
            @do = "say", id = Guid.NewGuid(), text = planted.Plant("deleted message", "planted deleted 7431"),
        });
        await owner.ActAsync(new
        {
            @do = "delete", target = other.GetProperty("seq").GetInt64(), reason = "not nice",
        });
        var poll = await owner.ActAsync(new
        {
            @do = "openPoll", id = Guid.NewGuid(), kind = "wordCloud", question = "One word?",
        });
        var number = poll.GetProperty("seq").GetInt64();
        await lin.ActAsync(new { @do = "vote", poll = number, word = planted.Plant("poll word", "plantedword") });
        await owner.ActAsync(new { @do = "closePoll", poll = number });
        await lin.ActAsync(new { @do = "raiseHand", on = true });
    }

    private static async Task PlantEventsAsync(PrivateServer server, SignedInUser lin, PlantedValues planted)
    {
        var (status, _) = await lin.Http.PostJsonAsync("/v1/events", new object[]
        {
            new
            {
                eventId = Guid.NewGuid(), kind = "searched", session = planted.Plant("session", "planted-session-7431"),
                attributes = new { query = planted.Plant("search query", "植入的搜索丁七四三一") },
            },
            HttpCalls.Event("viewed", "c-1"), HttpCalls.Event("liked", "c-2"),
        });
        Assert.Equal(200, status);
        await server.UntilAppliedAsync();
    }

    private static async Task BanAsync(
        PrivateServer server, RoomClient owner, SignedInUser lin, PlantedValues planted)
    {
        await owner.ActAsync(new
        {
            @do = "mute", user = lin.User, @for = 600, reason = planted.Plant("ban reason", "planted reason 7431"),
        });
        var (_, standing) = await server.Service.GetJsonAsync($"/v1/communities/g-ai/members/{lin.User}");
        Assert.Equal("planted reason 7431", standing.Text("muteReason"));
    }

    private static async Task<string> ExportAsync(HttpClient lin)
    {
        var (status, export) = await lin.PostJsonAsync("/v1/privacy/export", new { });
        Assert.Equal(202, status);
        while (export.Text("state") == "running")
            (_, export) = await lin.GetJsonAsync($"/v1/privacy/export/{export.Text("id")}");
        Assert.Equal("ready", export.Text("state"));
        return JsonSerializer.Serialize(export.GetProperty("data"), Readable);
    }
}
