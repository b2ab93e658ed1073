using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Engage.Api.Tests.Hostile;

/// <summary>The one answer that is a page: whatever sellers call what they sell, on an invoice it is text.</summary>
public sealed class InvoiceTextTests(HostileSqlite server) : IClassFixture<HostileSqlite>
{
    [Fact]
    public async Task InvoiceShowsTheTitleLetterByLetterAndRunsNothing()
    {
        using var world = await HostileWorld.OpenAsync(server);

        foreach (var text in HostileTexts.Visible)
        {
            var offer = TextProbe.Put(HostileWorld.NewOffer(world.NewId("f")), "title.en", text);
            await world.SendAsync(By.Owner, "/v1/offers", offer);
            var order = await world.SendAsync(
                By.Buyer, "/v1/orders", new { offer = $"{offer["id"]}", pay = new { method = "wallet" } });
            using var answer = await PageAsync(world, order);
            var page = await answer.Content.ReadAsStringAsync();

            Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
            Assert.Contains("script-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.Contains(text, WebUtility.HtmlDecode(page), StringComparison.Ordinal);
            // Of angle brackets and quotes only the page's own are left.
            var cell = page.Split("<tbody>")[1].Split("<tr><td>")[1].Split("</td>")[0];
            Assert.DoesNotContain(cell, c => c is '<' or '>' or '"' or '\'');
        }
    }

    private static async Task<HttpResponseMessage> PageAsync(HostileWorld world, JsonElement order)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"/v1/invoices/{order.GetProperty("invoice").GetInt64()}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        request.Headers.AcceptLanguage.ParseAdd("en");
        return await world[By.Buyer].SendAsync(request);
    }
}
