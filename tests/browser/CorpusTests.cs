using Microsoft.Playwright;
using static Engage.Browser.Tests.Corpus;

namespace Engage.Browser.Tests;

/// <summary>
/// What attackers write into text fields is text on everybody's screen: letter by letter, and nothing of it runs. The
/// api's own tests put the same kinds of texts through every field and look into the database.
/// </summary>
[Collection(nameof(LivePage))]
public sealed class CorpusTests(LivePage live) : VisitTests(live), IDisposable
{
    private const string Creator = "k-corpus";
    private const string Community = "g-corpus";

    private readonly RoomHall _hall = new(live);

    [BrowserFact]
    public async Task CatalogueShowsHostileTextsAsTheyAre()
    {
        await StockAsync();
        var guest = await _hall.GuestAsync();
        var complaints = Watch(guest.Page);

        for (var i = 0; i < Texts.Length; i++)
        {
            await guest.GoAsync($"#/contents/c-corpus-{i}");
            await SeesAsync(guest.Page.GetByTestId("detail"), Texts[i]);
            await guest.GoAsync("#/");
        }

        await NothingRanAsync(guest.Page, complaints);
    }

    [BrowserFact]
    public async Task RoomsShowHostileTextsAsTheyAre()
    {
        var room = await _hall.OpenRoomAsync();
        var speaker = await (await _hall.OwnerAsync()).EnterAsync(room);
        var reader = await (await _hall.GuestAsync()).EnterAsync(room);
        var (said, read) = (Watch(speaker.Page), Watch(reader.Page));

        foreach (var text in Texts)
        {
            await speaker.SayAsync(text);
            await SeesAsync(reader.Texts.Last, text);
        }
        await reader.OpenTabAsync("questions");
        foreach (var text in Texts)
        {
            await reader.Page.GetByTestId("ask-text").FillAsync(text);
            await reader.Page.GetByTestId("ask").ClickAsync();
            await SeesAsync(reader.Page.GetByTestId("questions"), text);
        }

        await NothingRanAsync(speaker.Page, said);
        await NothingRanAsync(reader.Page, read);
    }

    [BrowserFact]
    public async Task HostileNameIsANameOnEverybodysScreen()
    {
        var room = await _hall.OpenRoomAsync();
        var reader = await (await _hall.GuestAsync()).EnterAsync(room);
        var complaints = Watch(reader.Page);
        var page = await Live.VisitAsync("en-US", 1280, 800);
        var hostile = new RoomGuest(
            page, $"corpus-{Guid.NewGuid():n}"[..20], "correct horse battery", $"<img src=x onerror=window.{Mark}=1>");
        await hostile.SignUpAsync();
        await hostile.EnterAsync(room);

        await hostile.SayAsync("hello");

        await SeesAsync(reader.Messages.Last, hostile.Name);
        await NothingRanAsync(reader.Page, complaints);
        await NothingRanAsync(page, []);
    }

    [BrowserFact]
    public async Task AddressOfThePageRunsNothing()
    {
        var page = await Live.VisitAsync("en-US", 1280, 800);
        var complaints = Watch(page);

        foreach (var text in Texts)
            foreach (var hash in new[] { "contents", "rooms", "creators", "offers", "gifts", "invoices" })
                await GoAsync(page, $"#/{hash}/{Uri.EscapeDataString(text)}");
        foreach (var text in Texts) await GoAsync(page, $"#/verify?token={Uri.EscapeDataString(text)}");

        await NothingRanAsync(page, complaints);
    }

    /// <summary>The policy that the server sends lets the built page work, and nothing that got into it.</summary>
    [BrowserFact]
    public async Task PolicyOfThePageStopsWhatItDidNotBring()
    {
        var page = await Live.VisitAsync("en-US", 1280, 800);
        var complaints = Watch(page);
        await Assertions.Expect(page.GetByTestId("sign-in")).ToBeVisibleAsync();
        Assert.Empty(complaints);

        await page.EvaluateAsync(
            """
            mark => {
              const script = document.createElement('script')
              script.textContent = `window.${mark} = 1`
              document.body.append(script)
              const image = document.createElement('div')
              image.innerHTML = `<img src="/nothing-here" onerror="window.${mark} = 1">`
              document.body.append(image)
              const frame = document.createElement('iframe')
              frame.srcdoc = `<script>parent.${mark} = 1</script>`
              document.body.append(frame)
            }
            """,
            Mark);
        await page.WaitForFunctionAsync("() => document.querySelector('img[src=\"/nothing-here\"]').complete");

        Assert.False(await HitAsync(page));
        Assert.NotEmpty(complaints);
    }

    public void Dispose() => _hall.Dispose();

    private async Task StockAsync()
    {
        await _hall.AsServiceAsync(
            HttpMethod.Post, "/v1/communities",
            new { id = Community, name = Both(Texts[0]), description = Both(Texts[1]) });
        await _hall.AsServiceAsync(HttpMethod.Post, "/v1/creators", new
        {
            id = Creator, name = Both(Texts[1]), description = Both(Texts[2]), communities = new[] { Community },
        });
        for (var i = 0; i < Texts.Length; i++)
            await _hall.AsServiceAsync(HttpMethod.Post, "/v1/contents", new
            {
                id = $"c-corpus-{i}", contentKind = "course", creator = Creator, community = Community,
                title = Both(Texts[i]), description = Both(Texts[i]), tags = new[] { "<b>tag</b>" },
            });
    }

    private static async Task GoAsync(IPage page, string hash) =>
        await page.EvaluateAsync("hash => { location.hash = hash }", hash);
}
