using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Engage.Api.Authorization;
using Engage.Api.Tests.Accounts;
using Engage.Api.Tests.Authorization;
using Engage.Api.Tests.Rooms;

namespace Engage.Api.Tests.Privacy;

/// <summary>Somebody who writes into every field that there is.</summary>
internal static partial class PlantedPerson
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task ActAsync(
        PrivateServer server, string room, RoomClient owner, SignedInUser lin, PlantedValues planted)
    {
        await PlantInRoomsAsync(server, room, owner, lin, planted);
        await PlantedShop.BuyAsync(server, lin, planted);
        await PlantEventsAsync(server, lin, planted);
        await BanAsync(server, owner, lin, planted);
        await SearchAsync(server, planted);
    }

    public static async Task<string> ExportAsync(HttpClient lin)
    {
        var (status, export) = await lin.PostJsonAsync("/v1/privacy/export", new { });
        Assert.Equal(202, status);
        while (export.Text("state") == "running")
            (_, export) = await lin.GetJsonAsync($"/v1/privacy/export/{export.Text("id")}");
        Assert.Equal("ready", export.Text("state"));
        return JsonSerializer.Serialize(export.GetProperty("data"), Readable);
    }

    public static async Task<SignedInUser> RegisterAsync(PrivateServer server, PlantedValues planted)
    {
        var userName = planted.Plant("user name", "planted-name-7431");
        using var registered = await server.Anonymous.PostAsJsonAsync("/v1/users", new
        {
            userName,
            password = planted.Plant("password", RunningServer.Password, isExported: false),
            displayName = planted.Plant("display name", "植入显示名七四三一"),
            mail = planted.Plant("mail", "planted.mail.7431@example.org"),
            consent = new { personalization = true, analytics = true, marketing = true },
        });
        registered.EnsureSuccessStatusCode();
        var session = await server.SignInAsync(userName, planted.Plant("device", "植入的设备 7431"));
        var lin = new SignedInUser(
            session.Text("user"), session.Text("accessToken"), server.With(session.Text("accessToken")));
        var letter = await Letters.ReadAsync(server, lin.User, 0);
        using var confirmed = await lin.Http.PostAsJsonAsync(
            "/v1/users/me/mail/verify", new { code = Code().Match(letter).Value });
        confirmed.EnsureSuccessStatusCode();
        using var addressed = await lin.Http.PutAsJsonAsync("/v1/users/me/mail", new
        {
            mail = planted.Plant("mail to be confirmed", "planted.pending.7431@example.org"),
            password = RunningServer.Password,
        });
        Assert.True(addressed.IsSuccessStatusCode, await addressed.Content.ReadAsStringAsync());
        using var forgotten = await server.Anonymous.PostAsJsonAsync(
            "/v1/password-resets", new { mail = planted["mail"] });
        forgotten.EnsureSuccessStatusCode();
        return lin;
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

    private static async Task PlantInRoomsAsync(
        PrivateServer server, string room, RoomClient owner, SignedInUser lin, PlantedValues planted)
    {
        await using (var guest = await RoomClient.ConnectAsync(server, lin with { Http = server.With(lin.Token) }, room))
        {
            await guest.JoinAsync();
            await PlantedRooms.SpeakAsync(guest, owner, planted);
        }
        var (other, holder) = await server.NewRoomAsync();
        await server.GrantAsync(lin.User, "moderator");
        await using var _ = holder;
        await using var moderator = await RoomClient.ConnectAsync(
            server, lin with { Http = server.With(lin.Token) }, other);
        await moderator.JoinAsync();
        await PlantedRooms.ModerateAsync(moderator, holder, planted);
    }

    /// <summary>Operators look for her by her name and her address.</summary>
    private static async Task SearchAsync(PrivateServer server, PlantedValues planted)
    {
        using var searcher = server.With(MintedTokens.For(server.Services, "u-searcher", Who.User | Who.Operator));
        foreach (var query in new[] { planted["user name"], planted["mail"] })
        {
            var (status, found) = await searcher.GetJsonAsync($"/v1/operator/users?query={query}&reason=asked");
            Assert.Equal((200, 1), (status, found.GetProperty("items").GetArrayLength()));
        }
    }

    private static async Task BanAsync(
        PrivateServer server, RoomClient owner, SignedInUser lin, PlantedValues planted)
    {
        await owner.ActAsync(new
        {
            @do = "mute", user = lin.User, @for = 600, reason = planted.Plant("ban reason", "planted reason 7431"),
        });
        var (_, standing) = await server.Service.GetJsonAsync($"/v1/communities/g-ai/members/{lin.User}");
        Assert.Equal(planted["ban reason"], standing.Text("muteReason"));
    }

    [GeneratedRegex(@"\b\d{6}\b")]
    private static partial Regex Code();
}
