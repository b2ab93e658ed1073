using System.Net.Http.Json;
using System.Text;
using Engage.Api.Tests.Rooms;

namespace Engage.Api.Tests.Privacy;

/// <summary>Plants a value in what is refused: it must be nowhere, least of all in a log.</summary>
internal static class PlantedRefusals
{
    public static async Task SendAsync(
        PrivateServer server, SignedInUser lin, RoomClient owner, PlantedValues planted)
    {
        var wrong = Plant("wrong password", "planted wrong 7431");
        await PostAsync(server.Anonymous, "/v1/tokens", new { userName = planted["user name"], password = wrong });
        await PostAsync(server.Anonymous, "/v1/tokens", new
        {
            userName = Plant("unknown name", "planted-nobody-7431"), password = wrong,
        });
        await PostAsync(server.Anonymous, "/v1/users", new
        {
            userName = Plant("refused name", "planted refused 7431!"), password = wrong,
            mail = Plant("refused mail", "planted.refused.7431 at example"),
        });
        await PostAsync(lin.Http, "/v1/orders", new { offer = Plant("refused offer", "planted offer 7431") });
        await PostAsync(lin.Http, "/v1/wallet/topups", new { token = Plant("card", "4000 7431 7431 7431") });
        await PostAsync(lin.Http, "/v1/events", new object[]
        {
            new { eventId = Guid.NewGuid(), kind = Plant("refused kind", "plantedkind7431"), content = "c-1" },
        });
        await PostTextAsync(server, "/v1/payments/webhooks/card", Plant("webhook", "plantedwebhook7431"));
        await PostTextAsync(server, "/v1/users", $"{{\"userName\": {Plant("malformed", "plantedmalformed7431")}}}");
        await RoomClient.RefusalAsync(() => owner.ActAsync(new
        {
            @do = "say", id = Guid.Empty, text = Plant("refused message", "planted unsaid 7431"),
        }));
        await RoomClient.RefusalAsync(() => owner.ActAsync(new { @do = Plant("refused action", "planteddo7431") }));
        using var hidden = await lin.Http.GetAsync(
            new Uri($"/v1/nowhere/{Plant("path", "plantedpath7431")}?mail={planted["mail"]}", UriKind.Relative));
        Assert.Equal(404, (int)hidden.StatusCode);

        string Plant(string field, string value) => planted.Plant(field, value, isExported: false);
    }

    private static async Task PostAsync(HttpClient http, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(path, body);
        Assert.False(answer.IsSuccessStatusCode && path != "/v1/events", path);
    }

    private static async Task PostTextAsync(PrivateServer server, string path, string text)
    {
        using var body = new StringContent(text, Encoding.UTF8, "application/json");
        using var answer = await server.Anonymous.PostAsync(new Uri(path, UriKind.Relative), body);
        Assert.False(answer.IsSuccessStatusCode, path);
    }
}
