using System.Text.Json;
using Microsoft.Playwright;

namespace Engage.Browser.Tests;

/// <summary>axe-core finds nothing serious on any page, in both languages, on phones and in the dark.</summary>
[Collection(nameof(LivePage))]
public sealed class AccessibilityTests(LivePage live) : VisitTests(live), IDisposable
{
    private static readonly string Axe =
        Path.Combine(LivePage.WebRoot, "..", "node_modules", "axe-core", "axe.min.js");

    private readonly RoomHall _hall = new(live);

    [BrowserFact]
    public Task EnglishOnADesktop() => CheckAsync("en-US", 1280, 800, ColorScheme.Light);

    [BrowserFact]
    public Task ChineseOnAPhone() => CheckAsync("zh-CN", 360, 740, ColorScheme.Light);

    [BrowserFact]
    public Task ChineseOnADesktopInTheDark() => CheckAsync("zh-CN", 1280, 800, ColorScheme.Dark);

    [BrowserFact]
    public Task EnglishOnAPhoneInTheDark() => CheckAsync("en-US", 360, 740, ColorScheme.Dark);

    public void Dispose() => _hall.Dispose();

    private async Task CheckAsync(string language, int width, int height, ColorScheme scheme)
    {
        var room = await _hall.OpenRoomAsync();
        var lin = await _hall.OwnerAsync(language, width, height, scheme);
        var yu = await (await _hall.GuestAsync()).EnterAsync(room);
        await Assertions.Expect(lin.Page.GetByTestId("content-card").First).ToBeVisibleAsync();
        await AssertCleanAsync(lin.Page, "home");

        await lin.EnterAsync(room);
        await yu.SayAsync($"hello @{lin.Name}");
        await lin.SeesAsync("hello");
        await lin.SayAsync("welcome");
        await lin.SeesAsync("welcome");
        foreach (var tab in new[] { "chat", "questions", "polls", "people", "moderation" })
        {
            await lin.OpenTabAsync(tab);
            await AssertCleanAsync(lin.Page, $"room, {tab}");
        }

        await lin.GoAsync($"#/creators/{RoomHall.Creator}/dashboard");
        await Assertions.Expect(lin.Page.GetByTestId("chart").First).ToBeVisibleAsync();
        await AssertCleanAsync(lin.Page, "dashboard");
    }

    [BrowserFact]
    public Task PagesOfTheShopOnADesktop() => CheckPagesAsync("en-US", 1280, 800, ColorScheme.Light);

    [BrowserFact]
    public Task PagesOfTheShopOnAPhoneInTheDark() => CheckPagesAsync("zh-CN", 360, 740, ColorScheme.Dark);

    private async Task CheckPagesAsync(string language, int width, int height, ColorScheme scheme)
    {
        var content = await new Shop(_hall).StockAsync();
        var lin = await _hall.OwnerAsync(language, width, height, scheme);
        var offer = Uri.EscapeDataString($"content:{content}");
        string[] pages =
        [
            "account", "privacy", "wallet", "library", "orders", "subscriptions", "quotes", $"offers/{offer}",
            $"contents/{content}", $"creators/{RoomHall.Creator}", $"creators/{RoomHall.Creator}/products",
            $"creators/{RoomHall.Creator}/income", $"creators/{RoomHall.Creator}/quotes",
            $"communities/{RoomHall.Community}", $"communities/{RoomHall.Community}/ranking",
        ];
        foreach (var page in pages)
        {
            await lin.GoAsync($"#/{page}");
            await Assertions.Expect(lin.Page.Locator("main h2").First).ToBeVisibleAsync();
            await Assertions.Expect(lin.Page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
            await AssertCleanAsync(lin.Page, page);
        }
    }

    /// <summary>The page's own rules let no foreign script in, so axe comes in through the debugger.</summary>
    private static async Task AssertCleanAsync(IPage page, string place)
    {
        await page.EvaluateAsync(await File.ReadAllTextAsync(Axe));
        // What is well is not described, only counted: that would take it longer than to look.
        var found = await page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run({ resultTypes: ['violations'] })).violations");

        var serious = found.EnumerateArray()
            .Where(one => one.GetProperty("impact").GetString() is "serious" or "critical")
            .Select(one => $"{place}: {one.GetProperty("id").GetString()}: {string.Join("; ", Targets(one))}");

        Assert.Empty(serious);
        var wide = await page.EvaluateAsync<string[]>("""
            document.documentElement.scrollWidth <= window.innerWidth ? [] : [...document.querySelectorAll('main *')]
              .filter(one => one.getBoundingClientRect().right > window.innerWidth)
              .map(one => `${one.tagName}.${one.className} ${one.textContent.slice(0, 40)}`).slice(0, 5)
            """);
        Assert.True(wide.Length == 0, $"{place}: scrolls sideways: {string.Join("; ", wide)}");
    }

    private static IEnumerable<string> Targets(JsonElement violation) =>
        violation.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("html").GetString()!);
}
